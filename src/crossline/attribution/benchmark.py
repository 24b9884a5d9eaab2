"""The benchmark's files: one knowledge, one case in; one answer out. Nothing else is read."""

from pathlib import Path

import msgspec

from crossline.attribution.answer import answer
from crossline.attribution.profiles import Observed, build_profiles
from crossline.attribution.weights import shipped_weights
from crossline.kernel.errors import UsageError
from crossline.knowledge import Knowledge, read_compact

__all__ = ["answer_case", "answer_file"]


class _Seen(msgspec.Struct):
    techniques: tuple[str, ...]
    software: tuple[str, ...] = ()
    year: int | None = None


class _Case(msgspec.Struct):
    case_id: str
    observed: _Seen


def answer_file(knowledge: Path, case: Path, out: Path) -> None:
    """Answer the case in one file from the knowledge in another.

    Raises:
        UsageError: a file is missing or malformed; the message says which and where.
    """
    try:
        asked = msgspec.json.decode(case.read_bytes(), type=_Case)
    except FileNotFoundError:
        raise UsageError(f"{case}: no such file") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(f"{case}: not a case of kind A, B or T: {error}") from None
    out.write_bytes(msgspec.json.encode(answer_case(read_compact(knowledge), asked)) + b"\n")


def answer_case(knowledge: Knowledge, asked: _Case) -> dict[str, object]:
    """The answer in the benchmark's form: `case_id`, `ranking`, `unknown`, `assert`."""
    seen = asked.observed
    observed = Observed(seen.techniques, seen.software, seen.year)
    given = answer(build_profiles(knowledge), observed, shipped_weights())
    return {
        "case_id": asked.case_id,
        "ranking": given.ranking,
        "unknown": given.unknown,
        "assert": given.asserted,
    }
