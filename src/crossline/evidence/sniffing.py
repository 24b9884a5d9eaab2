"""What content is, by its first bytes: never by the name of its file."""

import re

from crossline.evidence.formats import FORMATS
from crossline.evidence.texts import as_utf8

__all__ = ["HEAD_BYTES", "container_of", "looks_like"]

HEAD_BYTES = 64 * 1024

# Formats that are known by sight but not read, most telling first.
_SIGHTS = (
    ("a tar archive", re.compile(rb"(?s).{257}ustar")),
    ("a 7z archive", re.compile(rb"7z\xbc\xaf\x27\x1c")),
    ("a RAR archive", re.compile(rb"Rar!\x1a\x07")),
    ("an xz file", re.compile(rb"\xfd7zXZ\0")),
    ("a Zstandard file", re.compile(rb"\x28\xb5\x2f\xfd")),
    ("a bzip2 file", re.compile(rb"BZh[1-9]1AY")),
    ("a registry hive", re.compile(rb"regf")),
    ("an SQLite database", re.compile(rb"SQLite format 3\0")),
    ("a packet capture", re.compile(rb"\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x0a\x0d\x0d\x0a")),
    ("an event log of Windows before Vista (EVT)", re.compile(rb"\x30\0\0\0LfLe")),
    ("a program", re.compile(rb"MZ|\x7fELF")),
    ("Zeek TSV", re.compile(rb"#separator ")),
    ("W3C extended log (IIS)", re.compile(rb"#(?:Software|Version|Fields|Date): ")),
    ("a Linux audit log", re.compile(rb"(?:node=\S+ )?type=[A-Z_0-9]+ msg=audit\(")),
    ("XML", re.compile(rb"\s*<(?:\?xml|[A-Za-z])")),
    ("JSON", re.compile(rb'\s*[\[{]\s*(?:["{}\[\]]|$)')),
    ("syslog", re.compile(rb"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:|\d{4}-\d\d-\d\dT)")),
    ("a web server's access log", re.compile(rb'\S+ \S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:')),
    ("CSV", re.compile(rb'(?:"?[\w .-]{1,60}"?[,;\t]){2,}')),
)  # fmt: skip


def container_of(head: bytes) -> str | None:
    """The container of the first format that recognises these first bytes, else None."""
    return next((each.container for each in FORMATS if each.recognises(head)), None)


def looks_like(head: bytes) -> str:
    """In words, what content that no reader recognises seems to be."""
    if not head:
        return "an empty file"
    text = as_utf8(head)
    for words, sight in _SIGHTS:
        if sight.match(head) or sight.match(text):
            return words
    return "text" if _is_text(text) else "binary data"


def _is_text(head: bytes) -> bool:
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head[:4096])
    return control == 0
