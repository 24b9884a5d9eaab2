"""The head of the page: masthead, five figures, what to do, and what is not known."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

import crossline
from crossline.kernel.words import counted
from crossline.report.facts import Facts
from crossline.report.manifest import settings_fingerprint
from crossline.report.page import Action, Masthead, Number
from crossline.report.wording import day, plain

__all__ = ["actions", "as_of", "masthead", "numbers"]

_ORDER_OF_KINDS = ("contain", "collect", "hunt", "tell")


def as_of(facts: Facts) -> str:
    """The date of the report: the setting, else the day of the last record."""
    return facts.case.settings.case.as_of or day(_logs(facts)[1])


def _logs(facts: Facts) -> tuple[datetime | None, datetime | None]:
    """The first and the last time of the logs, as far as the window goes."""
    first = pc.min(facts.sources["first_time"]).as_py()
    last = pc.max(facts.sources["last_time"]).as_py()
    if facts.window is None or first is None or last is None:
        return first, last
    return max(first, facts.window[0]), min(last, facts.window[1] - timedelta(microseconds=1))


def masthead(facts: Facts) -> Masthead:
    """Title, marking, dates, versions and counts of the case."""
    settings = facts.case.settings.case
    total = {
        name: pc.sum(facts.sources[name]).as_py() or 0
        for name in ("read", "kept", "rejected", "withheld")
    }
    return Masthead(
        title=plain(facts.case.name),
        deck=plain(settings.summary) or _deck(facts),
        tlp=settings.tlp,
        as_of=as_of(facts),
        logs_from=day(_logs(facts)[0]),
        logs_to=day(_logs(facts)[1]),
        version=crossline.__version__,
        fingerprint=settings_fingerprint(facts.case.settings)[:12],
        files=len(facts.sources),
        **total,
    )


def _deck(facts: Facts) -> str:
    if not len(facts.sources):
        return "No evidence was read."
    kept = pc.sum(facts.sources["kept"]).as_py() or 0
    where = counted(len(set(facts.sources["organisation"].to_pylist())), "organisation")
    return (
        f"{counted(kept, 'record')} of {where}: what was detected, which intrusions it was, and "
        "what could not be seen."
    )


def numbers(facts: Facts) -> Iterator[Number]:
    """Five figures, each counted from its table."""
    rows = facts.intrusions
    total = len(set(facts.sources["organisation"].to_pylist()))
    hit = len(set(rows["organisation"].to_pylist()))
    yield Number(f"{hit:,}", f"of {total:,}", "organisations with an intrusion")
    hosts = {(row["organisation"], host) for row in rows.to_pylist() for host in row["hosts"] or ()}
    known = facts.coverage.group_by(["organisation", "host"]).aggregate([]).num_rows
    yield Number(
        f"{len(hosts):,}", f"of {max(known, len(hosts)):,}", "hosts with signs of an intrusion"
    )
    yield _span(rows)
    still = pc.sum(pc.equal(rows["status"], "open")).as_py() or 0
    unknown = pc.sum(pc.equal(rows["status"], "unknown")).as_py() or 0
    yield Number(
        f"{still:,}", f"of {len(rows):,}",
        f"intrusions open at the end of the logs; of {unknown:,} it cannot be told",
    )  # fmt: skip
    yield _blind(facts)


def _span(intrusions: pa.Table) -> Number:
    first, last = pc.min(intrusions["first_seen"]).as_py(), pc.max(intrusions["last_seen"]).as_py()
    if first is None or last is None:
        return Number("–", "days", "from first to last sign: no intrusion")
    span: timedelta = last - first
    days = f"from the first sign ({day(first)}) to the last ({day(last)})"
    if span < timedelta(days=2):
        minutes = int(span.total_seconds() // 60)
        hours = minutes >= 120
        return Number(
            f"{minutes // 60 if hours else minutes:,}", "hours" if hours else "minutes", days
        )
    return Number(f"{span.days:,}", "days", days)


def _blind(facts: Facts) -> Number:
    states = Counter(facts.coverage["state"].to_pylist())
    known = states.total() - states["unknown"]
    lacking = known - states["seen"]
    share = f"{round(100 * lacking / known)}" if known else "–"
    return Number(share, "%", f"of host-months without a full log ({lacking:,} of {known:,})")


def actions(facts: Facts) -> tuple[Action, ...]:
    """Rows of `actions`: what to contain, then what to collect, hunt and tell."""
    rows = sorted(
        facts.actions.to_pylist(),
        key=lambda row: (_ORDER_OF_KINDS.index(row["kind"]), row["target"], row["action_id"]),
    )
    return tuple(
        Action(
            row["action_id"],
            row["kind"],
            plain(row["target"]),
            plain(row["reason"]),
            tuple(plain(each) for each in row["separates"] or ()),
        )
        for row in rows
    )
