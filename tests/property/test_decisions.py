"""A decision that is written and taken back leaves the file as it was, whatever stands in it."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crossline.case import add_decision, new_decision, open_case, read_decisions, take_back

TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters='\n\r,"'), min_size=1
)
REASONS = TEXT.filter(lambda text: text.strip() != "")
DECISIONS = st.lists(REASONS, min_size=1, max_size=6, unique_by=str.strip)


@settings(max_examples=60, deadline=None)
@given(reasons=DECISIONS, order=st.randoms(use_true_random=False), mark=st.booleans())
def test_writing_and_taking_back_in_any_order_restores_the_bytes(reasons, order, mark) -> None:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "decisions.csv"
        head = "decision_id,kind,subject,object,analyst,time,reason,expires,ours\r\n"
        file.write_text(("\ufeff" if mark else "") + head, encoding="utf-8", newline="")
        case, before = open_case(Path(folder)), file.read_bytes()
        made = [new_decision("exclude", "ev_1", "", "kim", each, "", "") for each in reasons]
        for decision in made:
            add_decision(case, decision)
        assert read_decisions(case) == made
        order.shuffle(made)
        for decision in made:
            assert take_back(case, decision.decision_id) == decision
        assert file.read_bytes() == before
