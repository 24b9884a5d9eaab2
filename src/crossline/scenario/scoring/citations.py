"""Citations: whether every row that a finding rests on exists, and speaks of an intruder."""

from collections.abc import Mapping

import pyarrow.parquet as pq

from crossline.scenario.scoring.exam import Exam
from crossline.scenario.scoring.measures import share

__all__ = ["scores"]

_FINDINGS = ("entries", "reach", "interference", "exposure", "supplier_paths")


def scores(exam: Exam) -> Mapping[str, float | None]:
    """Shares of cited ids that exist, and of events cited by findings that support them.

    An event supports a finding about a story if it stands in that story. Ids of rows that the
    report does not export are left out.
    """
    known, cited = _known(exam), _cited(exam)
    prefixes = {each.partition("_")[0] for each in known}
    checked = [each for each in cited if each.partition("_")[0] in prefixes]
    supported = _supported(exam)
    return {
        "existing": share(sum(each in known for each in checked), len(checked)),
        "supporting": share(sum(supported), len(supported)),
    }


def _known(exam: Exam) -> set[str]:
    """Every id that a table of the report gives to its rows: its first column, if it is one."""
    found = set()
    for path in sorted((exam.case / "report" / "tables").glob("*.parquet")):
        name = pq.read_schema(path).names[0]
        if name.endswith("_id") and name.removesuffix("_id") + "s" == path.stem:
            found.update(pq.read_table(path, columns=[name])[name].to_pylist())
    return found


def _cited(exam: Exam) -> list[str]:
    cited: list[str] = []
    for path in sorted((exam.case / "report" / "tables").glob("*.parquet")):
        if "rests_on" in pq.read_schema(path).names:
            for rests_on in pq.read_table(path, columns=["rests_on"])["rests_on"].to_pylist():
                cited.extend(rests_on or ())
    return cited


def _supported(exam: Exam) -> list[bool]:
    return [
        event in exam.stories.get(row["intrusion_id"], frozenset())
        for table in _FINDINGS
        for row in exam.found(table)
        for event in row["rests_on"] or ()
        if event.startswith("ev_")
    ]
