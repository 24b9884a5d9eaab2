"""The key of a case: what turns a subscriber's identity into a pseudonym, and into nothing else.

The number space of a country has about 10^9 members, so a hash without a secret could be undone by
trying them all; hence HMAC with a random key of 256 bits that never lies in the case.
"""

import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from crossline.kernel.errors import UsageError

__all__ = ["CaseKey", "key_of_text", "new_key", "read_key", "write_key"]

_BYTES = 32
_HEX = re.compile(rf"[0-9a-f]{{{2 * _BYTES}}}")
_PSEUDONYM_DIGITS = 32
_SHOWN_DIGITS = 16
_ID_DIGITS = 16
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class CaseKey:
    """A key of 256 bits; it is never printed, only its `id` is."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """16 hex digits that name the key and tell nothing of it."""
        return sha256(b"crossline/key-id/v1|" + self.secret).hexdigest()[:_ID_DIGITS]

    def pseudonym(self, kind: str, digits: str) -> str:
        """32 hex digits of HMAC-SHA-256 over `crossline/v1|<kind>|<digits>`.

        `kind` is msisdn (country code and national number), imsi (15 digits) or imei (14 digits).
        """
        return self.of(f"crossline/v1|{kind}|{digits}".encode())[:_PSEUDONYM_DIGITS]

    def of(self, data: bytes) -> str:
        """HMAC-SHA-256 of any bytes, in hex."""
        return hmac.digest(self.secret, data, "sha256").hex()

    @staticmethod
    def shown(kind: str, pseudonym: str) -> str:
        """What stands in a text in place of an identity."""
        return f"[{kind} {pseudonym[:_SHOWN_DIGITS]}]"


def new_key() -> CaseKey:
    """A key of the operating system's random numbers."""
    return CaseKey(secrets.token_bytes(_BYTES))


def key_of_text(text: str, where: str) -> CaseKey:
    """The key that 64 hex digits are; `where` names their place in the error.

    Raises:
        UsageError: the text is something else. It is not repeated in the error.
    """
    text = text.strip().lower()
    if not _HEX.fullmatch(text):
        raise UsageError(
            f"{where}: not a key. A key is {2 * _BYTES} hex digits; "
            "`crossline key new FILE` makes one"
        )
    return CaseKey(bytes.fromhex(text))


def read_key(path: Path) -> CaseKey:
    """The key in a file.

    Raises:
        UsageError: the file cannot be read, or holds no key.
    """
    try:
        text = path.read_text("ascii", "replace")
    except OSError as error:
        raise UsageError(f"{path}: the key cannot be read: {error.strerror}") from error
    return key_of_text(text, str(path))


def write_key(key: CaseKey, path: Path) -> None:
    """Write a key to a new file that only its owner may read; its folder is made.

    Raises:
        UsageError: there is such a file already, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except OSError as error:
        raise UsageError(f"{path}: the key cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w") as file:
        file.write(key.secret.hex() + "\n")
