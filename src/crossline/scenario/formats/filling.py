"""What a record leaves open, made from the record: the same record has the same bytes."""

from functools import lru_cache
from hashlib import blake2b

from crossline.scenario.record import Record

__all__ = ["drawn", "drawn_from", "file_hashes", "guid", "token"]

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def drawn(record: Record) -> int:
    """A number of 128 bits that the record's log, time and content decide."""
    source, time, fields, _ = record
    content = "|".join(map(str, fields.values()))
    return drawn_from(f"{source.seed}|{source.host}|{time.isoformat()}|{content}")


def drawn_from(text: str) -> int:
    """A number of 128 bits that a text decides."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return int.from_bytes(digest, "big")


def guid(number: int) -> str:
    """A random-looking GUID (version 4) of a number of 128 bits, without braces."""
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def token(number: int, length: int) -> str:
    """Letters and digits of a number, as identifiers of sessions and connections look."""
    letters = []
    for _ in range(length):
        number, place = divmod(number, 36)
        letters.append(_LETTERS[place])
    return "".join(letters)


@lru_cache(maxsize=65536)
def file_hashes(seed: int, path: str) -> str:
    """The hashes that a sensor prints for a file; one file has one hash on every host."""
    name = path.rsplit("\\", 1)[-1].lower()
    sha = f"{drawn_from(f'{seed}|a|{name}'):032X}{drawn_from(f'{seed}|b|{name}'):032X}"
    return f"SHA256={sha},IMPHASH={drawn_from(f'{seed}|i|{name}'):032X}"
