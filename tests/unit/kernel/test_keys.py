"""Keys: what they give, what they never show, where they are written."""

import hmac
import stat
from pathlib import Path

import pytest

from crossline.kernel.errors import UsageError
from crossline.kernel.keys import CaseKey, key_of_text, new_key, read_key, write_key

KEY = CaseKey(bytes(range(32)))


def test_a_pseudonym_is_the_stated_hmac() -> None:
    expected = hmac.new(KEY.secret, b"crossline/v1|msisdn|210900000001", "sha256").hexdigest()[:32]
    assert KEY.pseudonym("msisdn", "210900000001") == expected
    assert KEY.pseudonym("imsi", "210900000001") != expected


def test_a_key_is_never_printed() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert KEY.id not in KEY.secret.hex()


def test_a_written_key_is_read_back_and_is_its_owners_alone(tmp_path: Path) -> None:
    key, path = new_key(), tmp_path / "keys" / "a.key"
    write_key(key, path)
    assert read_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="cannot be written"):
        write_key(key, path)


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "0" * 63])
def test_what_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        key_of_text(text, "here")
    assert str(caught.value).startswith("here: not a key")
    assert not text or text not in str(caught.value)
