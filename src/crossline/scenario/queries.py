"""What an actor types to learn about subscribers, in its own style and the operator's numbers."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from crossline.scenario.content import table
from crossline.scenario.database import dialect
from crossline.scenario.subscribers import People, Subscriber, spelled

__all__ = ["Question", "lookups", "statements"]

_MONTH = timedelta(days=31)


class Question(NamedTuple):
    """One statement and the watched subscribers (by place in the list given) that it names."""

    table: str
    sql: str
    binds: str
    about: tuple[int, ...]


def statements(
    style: str,
    people: People,
    org: str,
    log: str,
    when: datetime,
    whom: Sequence[Subscriber],
    turn: int,
) -> Iterator[Question]:
    """The statements of a round.

    Args:
        style: an entry of queries.toml.
        people: who knows the operator's form of numbers.
        org: the operator's id.
        log: its database's audit format.
        when: time of the round; the month before is asked for.
        whom: the subscribers; none: the operator's test number.
        turn: which round of the actor this is, from 1: some rounds also ask for places.
    """
    form = people.form(org, "db", when)
    operator = people.of[org].organisation
    numbers = [spelled(who, form, operator) for who in whom] or [people.of[org].test_number()]
    yield from _asked(style, dialect(log), when, numbers, known=bool(whom))
    every = table("queries")[style]["location_every"]
    if whom and every and turn % every == 0:
        location = f"{dialect(log)}_location"
        yield from _asked(style, location, when, [who.imsi for who in whom], known=True)


def _asked(
    style: str, form: str, when: datetime, numbers: Sequence[str], *, known: bool
) -> Iterator[Question]:
    stated = table("queries")[style]
    bound = stated["bound"] and form.startswith("postgres")
    month = (when.replace(day=1) - timedelta(days=1)).replace(day=1)
    groups = [[n] for n in range(len(numbers))] if stated["each"] else [list(range(len(numbers)))]
    for group in groups:
        values = [numbers[n] for n in group]
        text = stated[form].format(
            numbers=",".join(f"'{value}'" for value in values),
            number=values[0],
            month=f"{month:%Y%m}",
            **{"from": f"{month:%Y-%m-%d}", "to": f"{(month + _MONTH).replace(day=1):%Y-%m-%d}"},
        )
        binds = ("{" + ",".join(values) + "}" if len(values) > 1 else values[0]) if bound else ""
        yield Question(table("queries")["tables"][form], text, binds, tuple(group if known else ()))


def lookups(
    people: People, org: str, when: datetime, whom: Sequence[Subscriber]
) -> Iterator[tuple[str, int]]:
    """Commands on a register for a round, each with the place of its subscriber in `whom`."""
    form = people.form(org, "mml", when)
    key = "IMSI" if form == "imsi" else "ISDN"
    for place, who in enumerate(whom):
        number = spelled(who, form, people.of[org].organisation)
        yield f'LST SUB: {key}="{number}", DETAIL=TRUE;', place
        yield f'DSP DYNLOC: {key}="{number}";', place
