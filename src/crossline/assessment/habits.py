"""What a set of acts used: hosts, accounts, addresses from outside, tools, techniques."""

from collections.abc import Iterable
from dataclasses import dataclass

from crossline.assessment.assets import Assets
from crossline.assessment.origins import is_foreign
from crossline.assessment.story_events import StoryEvent

__all__ = ["Habits", "habits_of"]

_ADDRESSES = (
    "IpAddress", "c-ip", "ClientIpAddress", "Calling-Station-Id", "CallingStationId",
    "DestinationIp",
    "id.resp_h", "id_resp_h", "addr.remote", "SourceIp",
)  # fmt: skip
_NAMES = ("server_name", "QueryName", "DestinationHostname")
_TOOLS = ("ImagePath", "ImageLoaded", "Image", "ServiceFileName", "TargetFilename")
_MARKS = ("Hashes", "FileVersion", "Product")


@dataclass(frozen=True, slots=True)
class Habits:
    """Sets of short lower-case texts."""

    hosts: frozenset[str]
    accounts: frozenset[str]
    infrastructure: frozenset[str]
    tools: frozenset[str]
    techniques: frozenset[str]


def habits_of(organisation: str, events: Iterable[StoryEvent], assets: Assets) -> Habits:
    """What these events of one organisation show; addresses only where they are outside it."""
    hosts, accounts, infrastructure, tools, techniques = (set[str]() for _ in range(5))
    for event in events:
        if event.host:
            hosts.add(assets.name_of(organisation, event.host))
        if event.account:
            accounts.add(event.account.rpartition("\\")[2].lower())
        if event.technique:
            techniques.add(event.technique)
        infrastructure |= {
            value for value in (event.fields.get(name, "") for name in _ADDRESSES)
            if is_foreign(value)
        }  # fmt: skip
        infrastructure |= {event.fields[name].lower() for name in _NAMES if event.fields.get(name)}
        if event.detected:
            tools |= {event.fields[name].lower() for name in _TOOLS if event.fields.get(name)}
            tools |= {event.fields[name] for name in _MARKS if event.fields.get(name)}
    return Habits(
        *(frozenset(each) for each in (hosts, accounts, infrastructure, tools, techniques))
    )
