"""Key judgements as the page prints them: the most important first, with their chips."""

from collections import Counter

from crossline.kernel.words import counted, percent
from crossline.report.facts import Facts
from crossline.report.page import Chip, Claim
from crossline.report.records import Records, chip_of
from crossline.report.telling import Quoted
from crossline.report.wording import clipped, plain
from crossline.tables import table_of_id

__all__ = ["MOST_CLAIMS", "claim_order", "claims"]

MOST_CLAIMS = 7
_QUESTIONS = ("Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q10", "Q9", "Q1")


def claim_order(facts: Facts) -> list[dict[str, object]]:
    """Rows of `judgements`: one for each question first, in the order of `_QUESTIONS`.

    Within a question sentences on intrusions and clusters come before those on files.
    """
    first = {question: n for n, question in enumerate(_QUESTIONS)}
    rows: list[dict[str, object]] = facts.judgements.to_pylist()
    rows.sort(key=lambda row: (_on_files(row), -len(_list(row["rests_on"])), _identity(row)))
    place: Counter[str] = Counter()
    rank = {}
    for row in rows:
        question = str(row["question"])
        rank[_identity(row)] = (place[question], first.get(question, len(first)))
        place[question] += 1
    return sorted(rows, key=lambda row: rank[_identity(row)])


def _identity(row: dict[str, object]) -> str:
    return str(row["judgement_id"])


def _on_files(row: dict[str, object]) -> bool:
    return not any(each.startswith(("in_", "cl_")) for each in _list(row["rests_on"]))


def claims(
    facts: Facts, rows: list[dict[str, object]], quoted: dict[str, list[Quoted]], records: Records
) -> tuple[Claim, ...]:
    """The first seven judgements with chips from `quoted`, by judgement id."""
    chips = {
        key: tuple(chip for each in rows_of if (chip := _chip(facts, each, records)))
        for key, rows_of in quoted.items()
    }
    return tuple(
        _claim(row, n, chips[str(row["judgement_id"])])
        for n, row in enumerate(rows[:MOST_CLAIMS], start=1)
    )


def _claim(row: dict[str, object], number: int, chips: tuple[Chip, ...]) -> Claim:
    rests_on = _list(row["rests_on"])
    return Claim(
        claim_id=str(row["judgement_id"]),
        number=f"KJ{number}",
        question=str(row["question"]),
        sentence=plain(str(row["sentence"])),
        likelihood=_likelihood(row),
        confidence=str(row["confidence"] or ""),
        rivals=_list(row["rivals"]),
        against=_list(row["against"]),
        would_change=_list(row["would_change"]),
        chips=chips,
        rows=_rows_in_words(rests_on),
        rows_at=_rows_at(rests_on),
        rests_on=rests_on,
    )


def _list(value: object) -> tuple[str, ...]:
    return tuple(plain(str(item)) for item in value) if isinstance(value, list) else ()


def _likelihood(row: dict[str, object]) -> str:
    probability, low, high = row["probability"], row["low"], row["high"]
    if not isinstance(probability, float):
        return ""
    if not (isinstance(low, float) and isinstance(high, float)):
        return f"{row['likelihood']} ({percent(probability)})"
    return f"{row['likelihood']} ({percent(probability)}, {percent(low)[:-1]}–{percent(high)})"


def _rows_in_words(rests_on: tuple[str, ...]) -> str:
    table = table_of_id(rests_on[0])
    noun = {"sources": "file"}.get(table.name, table.name.rstrip("s")) if table else "row"
    return counted(len(rests_on), noun)


def _rows_at(rests_on: tuple[str, ...]) -> str:
    """The fragment under which the page shows a claim's rows."""
    stories = [each for each in rests_on if each.startswith("in_")]
    if len(stories) == 1:
        return f"detections?q={stories[0]}"
    if stories:
        return "intrusions"
    return "files-table" if rests_on[0].startswith("so_") else "detections-table"


def _chip(facts: Facts, quoted: Quoted, records: Records) -> Chip | None:
    row_id, rule = quoted
    if row_id in records:
        return chip_of(records[row_id], rule)
    return _file_chip(facts, row_id) if row_id.startswith("so_") else None


def _file_chip(facts: Facts, source_id: str) -> Chip | None:
    ids = facts.sources["source_id"].to_pylist()
    if source_id not in ids:
        return None
    row = facts.sources.slice(ids.index(source_id), 1).to_pylist()[0]
    name = (row["member"] or row["evidence_path"] or "").rsplit("/", 1)[-1]
    place = f"{clipped(row['organisation'], 32)} · {clipped(name, 48)}"
    return Chip(
        source_id, place, f"sha256 {row['sha256'][:12]}…", counted(row["kept"] or 0, "record")
    )
