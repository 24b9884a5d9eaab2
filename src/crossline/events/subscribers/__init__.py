"""Subscribers' identities: found, brought to one form, and replaced by pseudonyms."""

from crossline.events.subscribers.identities import Identities
from crossline.events.subscribers.places import log_of
from crossline.events.subscribers.plans import NumberPlan, number_plan
from crossline.events.subscribers.redacting import Pseudonym, Redactor
from crossline.events.subscribers.reidentifying import of_pseudonym
from crossline.events.subscribers.withholding import REASON, is_withheld

__all__ = [
    "REASON",
    "Identities",
    "NumberPlan",
    "Pseudonym",
    "Redactor",
    "is_withheld",
    "log_of",
    "number_plan",
    "of_pseudonym",
]
