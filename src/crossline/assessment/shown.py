"""What each event of a story shows: the system touched, the privilege, and what was done there."""

from collections.abc import Iterator
from dataclasses import dataclass

from crossline.assessment.assets import Assets, short_name
from crossline.assessment.story_events import Story, StoryEvent
from crossline.assessment.vocabulary import Act, acts, grades

__all__ = ["GRADES", "PRIVILEGES", "Shown", "shown_by"]

PRIVILEGES = ("none", "read", "write", "admin")
GRADES = ("I0", "I1", "I2", "I3", "I4", "I5")

# On these an administrator of the machine holds the service itself; on the others the service has
# rights of its own, which control of the machine does not show.
_MACHINE_IS_SERVICE = frozenset({"domain", "mail", "backup", "bastion", "other"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One act that one event shows. `possible` and `used` are grades; see `grades.toml`."""

    event: StoryEvent
    act: Act
    host: str
    asset_class: str
    privilege: str
    possible: str
    used: str


def shown_by(story: Story, assets: Assets) -> Iterator[Shown]:
    """Every act of the story, in order of time; one event shows at most one act of each layer."""
    for event in story.events:
        layers = set()
        for act in acts():
            if act.layer in layers or not act.fits(
                event.format, event.code, event.technique, event.fields
            ):
                continue
            layers.add(act.layer)
            yield from _at_its_hosts(story.organisation, event, act, assets)


def _at_its_hosts(
    organisation: str, event: StoryEvent, act: Act, assets: Assets
) -> Iterator[Shown]:
    """The act at the host of the record, and at the server behind a bastion's session."""
    behind = event.first("server_hostname") if event.format == "teleport" else ""
    for host in dict.fromkeys((event.host, behind)):
        if not host:
            continue
        asset_class = assets.class_of(organisation, host)
        if act.asset_class and act.layer == "application" and asset_class == "other":
            asset_class = act.asset_class
        yield _graded(event, act, assets.name_of(organisation, host), asset_class)


def _graded(event: StoryEvent, act: Act, host: str, asset_class: str) -> Shown:
    graded_as = act.asset_class if act.layer == "estate" and act.asset_class else asset_class
    privilege = act.privilege
    if act.outcome == "attempted":
        return Shown(event, act, short_name(host), asset_class, "none", "I0", "I0")
    scale = grades()[graded_as]
    if act.layer == "host" and graded_as not in _MACHINE_IS_SERVICE:
        privilege = min(privilege, "read", key=PRIVILEGES.index)
        possible = scale.host if act.privilege == "admin" else "I0"
    elif act.layer == "host" and privilege != "admin":
        possible = "I0"
    else:
        possible = getattr(scale, privilege)
    used = act.used if act.layer != "host" else "I0"
    return Shown(event, act, short_name(host), asset_class, privilege, max(possible, used), used)
