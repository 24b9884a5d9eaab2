"""Which key a case uses, and where it lies: given, or made on first use, never inside the case."""

import os
from pathlib import Path

import msgspec

from crossline.case.folder import Case
from crossline.kernel.errors import UsageError
from crossline.kernel.keys import CaseKey, key_of_text, new_key, read_key, write_key

__all__ = ["KEY_FILE_VARIABLE", "KEY_VARIABLE", "case_key", "key_folder", "recorded_key_id"]

KEY_VARIABLE = "CROSSLINE_KEY"
KEY_FILE_VARIABLE = "CROSSLINE_KEY_FILE"
_RECORD = "key.json"


def key_folder() -> Path:
    """Where keys lie that were made on first use: the user's data folder."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "crossline" / "keys"


def recorded_key_id(case: Case) -> str | None:
    """The id of the key that the store was made with; None if it has none."""
    try:
        record = msgspec.json.decode((case.store / _RECORD).read_bytes(), type=dict[str, str])
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return record.get("key_id")


def case_key(case: Case, make: bool = False) -> tuple[CaseKey | None, str | None]:
    """The key of a case, and a line for a person where there is something to tell.

    In this order: the file given on the command line, the file that the environment names, the
    key in the environment, the one made earlier for this case, and with `make` a new one, else
    None. With `make`, the id of the key is recorded in the store.

    Raises:
        UsageError: what is given is no key, lies inside the case, or the key of the store is not
            there and none is given.
    """
    given = _given(case)
    known = recorded_key_id(case)
    if given:
        told = None
        if known and known != given.id:
            told = f"the key changed from {known} to {given.id}: evidence is read again"
        _record(case, given, make)
        return given, told
    if known:
        path = key_folder() / f"{known}.key"
        if not path.is_file():
            raise UsageError(
                f"{case.root}: its key {known} is not at {path}. Give it with --key-file or "
                f"{KEY_FILE_VARIABLE}; with another key, evidence is read again"
            )
        return read_key(path), None
    if not make:
        return None, None
    key = new_key()
    path = key_folder() / f"{key.id}.key"
    write_key(key, path)
    _record(case, key, make)
    return key, f"a key for subscribers' pseudonyms was made: {path}. Keep it, and keep it secret"


def _given(case: Case) -> CaseKey | None:
    named = os.environ.get(KEY_FILE_VARIABLE)
    file = case.key_file or (Path(named) if named else None)
    if file:
        if file.resolve().is_relative_to(case.root.resolve()):
            raise UsageError(f"{file}: the key lies inside the case. Move it elsewhere")
        return read_key(file)
    text = os.environ.get(KEY_VARIABLE)
    return key_of_text(text, KEY_VARIABLE) if text else None


def _record(case: Case, key: CaseKey, make: bool) -> None:
    if make and recorded_key_id(case) != key.id:
        case.store.mkdir(exist_ok=True)
        (case.store / _RECORD).write_bytes(msgspec.json.encode({"key_id": key.id}) + b"\n")
