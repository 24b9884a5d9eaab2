"""What the readers hand on: sources, the records in them, and what could not be used.

These types are the whole interface between files and events: nothing above this package knows
how a format is laid out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from crossline.kernel.ids import row_id

__all__ = ["Fault", "FaultKind", "Flaw", "Parsed", "Records", "Source", "source_id_of"]

FaultKind = Literal["file", "record", "chunk", "archive"]


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one member of an archive, by its content.

    `path` is relative to the base given to `inventory`, with `/`. `member` names the member of a
    zip; a member of a zip inside a zip is `inner.zip!name`. Size (bytes) and SHA-256 are those of
    the content, gzip taken off. `container` is the reader that recognised the content, None if
    none did.
    """

    source_id: str
    organisation: str
    path: str
    member: str | None
    size: int
    sha256: str
    container: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the evidence that cannot be used: where it stands, and why.

    `kind` "record" and "chunk" stand for `count` records met in the source; "file" and "archive"
    for the file itself, of which the number of records is not known.
    """

    kind: FaultKind
    path: str
    member: str | None
    locator: int | None
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault as a format's reader sees it, which does not know the name of its file."""

    kind: FaultKind
    locator: int | None
    reason: str
    count: int = 1


class Parsed(NamedTuple):
    """A record that its reader has taken apart, as logs in lines are.

    `shape` names an entry `text` of `content/events/texts.toml` or `telecom.toml`, which says what
    fills which column; `paths` are the names of its parts, where `@name` is none of the log's own,
    and `texts` their values. `note` says what is wrong with a record that is kept all the same.
    """

    shape: str
    paths: tuple[str, ...]
    texts: list[str | None]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """Consecutive records of one source: their own texts, and where a person finds each.

    `locators` are lines from 1 for text and record numbers for EVTX. Every text is in `syntax`;
    "parsed" means that its parts stand in `parsed`, one for each text.
    """

    texts: list[bytes]
    locators: list[int]
    syntax: Literal["json", "xml", "parsed"]
    parsed: Sequence[Parsed] = ()


def source_id_of(organisation: str, sha256: str) -> str:
    """The id of a source: whose it is and what it holds, not where it lies."""
    return row_id("so", (organisation, sha256))
