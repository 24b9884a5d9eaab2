import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.kernel.ids import digest, row_id

parts = st.lists(st.one_of(st.none(), st.text(), st.binary()), max_size=5)


def test_an_id_is_the_prefix_and_32_lower_case_hex_digits() -> None:
    prefix, _, rest = row_id("ev", ("a", "b")).partition("_")
    assert prefix == "ev"
    assert len(rest) == 32
    assert set(rest) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("ab",), ("ab", "")),
        ((None,), ("",)),
        (("1:a",), ("a",)),
        ((), ("",)),
    ],
)
def test_different_lists_of_parts_have_different_digests(
    one: tuple[str | None, ...], other: tuple[str | None, ...]
) -> None:
    assert digest(*one) != digest(*other)


def _as_bytes(part: str | bytes | None) -> bytes | None:
    return part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part


@given(parts, parts)
def test_equal_digests_mean_equal_parts(
    one: list[str | bytes | None], other: list[str | bytes | None]
) -> None:
    same = [_as_bytes(part) for part in one] == [_as_bytes(part) for part in other]
    assert (digest(*one) == digest(*other)) == same


def test_a_digest_is_the_same_in_every_run() -> None:
    assert digest("crossline", b"\x00", None) == "425c005c949ec2fa5fc5884bfd6a2d7c"
