"""What the stage looks at besides tables, settings and side tables: when it must run again."""

from crossline.case import Case
from crossline.detections.indicators import indicators_fingerprint
from crossline.detections.rules import rules_fingerprint
from crossline.kernel.ids import digest

__all__ = ["fingerprint"]


def fingerprint(case: Case) -> str:
    """A text that changes with the rules, the indicators and the day decisions are looked at."""
    return digest(rules_fingerprint(case), indicators_fingerprint(case), case.settings.case.as_of)
