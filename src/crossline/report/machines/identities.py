"""Organisations and their hosts."""

from crossline.report.facts import Facts
from crossline.report.machines.frame import numbers
from crossline.report.machines.ids import name_id
from crossline.report.machines.objects import Identity
from crossline.report.wording import clipped

__all__ = ["LONGEST_NAME", "host_id", "host_identity", "organisation_id", "organisations"]

# Reason: what imports a bundle shows names in one line and may refuse long ones.
LONGEST_NAME = 200


def organisation_id(organisation: str) -> str:
    """The id of an organisation."""
    return name_id("identity", "organisation", organisation)


def host_id(organisation: str, host: str) -> str:
    """The id of a host: hosts of two organisations may have one name."""
    return name_id("identity", "host", organisation, host)


def organisations(facts: Facts) -> list[Identity]:
    """Every organisation of the case."""
    return [
        Identity(
            id=organisation_id(each),
            name=clipped(facts.name(each), LONGEST_NAME),
            identity_class="organization",
        )
        for each in facts.organisations
    ]


def host_identity(facts: Facts, organisation: str, host: str) -> Identity:
    """A host."""
    return Identity(
        id=host_id(organisation, host),
        name=clipped(host, LONGEST_NAME),
        identity_class="system",
        description=f"A host of {clipped(facts.name(organisation), LONGEST_NAME)}.",
        extensions=numbers(organisation_ref=organisation_id(organisation)),
    )
