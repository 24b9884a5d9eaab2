"""Small stories for the tests of this stage."""

from datetime import UTC, datetime, timedelta

from crossline.assessment.assets import Assets
from crossline.assessment.origins import Origins, read_origins
from crossline.assessment.story_events import Story, StoryEvent

DAY_0 = datetime(2020, 1, 1, 9, tzinfo=UTC)

ASSETS = Assets(
    {
        ("op", "dc1"): "domain",
        ("op", "mail1"): "mail",
        ("op", "bill1"): "billing",
        ("op", "hlr1"): "register",
        ("op", "nms1"): "nms",
        ("op", "crm1"): "crm",
    },
    {("op", "10.0.0.9"): "bill1"},
)

SUPPLIERS: Origins = read_origins(
    [
        {
            "supplier": "integrator",
            "organisation": "op",
            "account": "sup-ada",
            "egress_addresses": "203.0.113.0/28",
        },
        {"supplier": "integrator", "organisation": "other-op", "account": "sup-bo"},
    ],
    [{"supplier": "integrator"}],
)


def at(days: float) -> datetime:
    return DAY_0 + timedelta(days=days)


def event(
    days: float,
    form: str = "sysmon",
    *,
    host: str = "wks1",
    code: str | None = None,
    technique: str | None = None,
    account: str = "",
    detected: bool = True,
    subscribers: tuple[str, ...] = (),
    **fields: str,
) -> StoryEvent:
    names = {name.replace("__", "-"): value for name, value in fields.items()}
    name = f"ev_{form}{days}{host}{code}{sorted(names.items())}{subscribers}"
    return StoryEvent(
        name, at(days), host, account, technique, detected, form, code, names, subscribers
    )


def story(*events: StoryEvent, organisation: str = "op", name: str = "in_1") -> Story:
    ordered = tuple(sorted(events, key=lambda each: (each.time, each.event_id)))
    return Story(name, organisation, "unknown", ordered)
