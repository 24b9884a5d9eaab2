import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from crossline.report.embed import coded, packed, unpacked

TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=30)


@given(TEXTS)
def test_codes_give_back_the_column(texts: list[str | None]) -> None:
    column = coded(pa.table({"a": pa.array(texts, pa.string())}))["a"]
    back = [column["values"][code] for code in column["codes"]]
    assert [each is None for each in back] == [each is None for each in texts]
    assert len(back) == len(texts)


def test_values_are_coded_once_and_in_the_order_of_their_appearance() -> None:
    assert coded(pa.table({"a": ["x", "y", "x"]}))["a"] == {
        "values": ["x", "y"],
        "codes": [0, 1, 0],
    }


@given(st.dictionaries(st.text(max_size=5), st.lists(st.integers(0, 9), max_size=5), max_size=5))
def test_what_is_packed_comes_back_and_is_the_same_every_time(
    value: dict[str, list[int]],
) -> None:
    assert unpacked(packed(value)) == value
    assert packed(value) == packed(value)


def test_packed_text_cannot_end_a_script_element() -> None:
    assert "<" not in packed({"a": ["</script>"] * 50})
