from datetime import UTC, datetime

from crossline.cli.words import describe, printable


def test_log_content_cannot_drive_the_terminal() -> None:
    assert printable("a\x1b[31mred\nb\u202e") == "a\\x1b[31mred\\nb\\u202e"


def test_a_long_value_is_cut_and_says_so() -> None:
    assert printable("x" * 400) == "x" * 300 + "…"


def test_a_detection_names_rule_author_host_and_time() -> None:
    row = {
        "detection_id": "de_1",
        "rule_title": "Shell from web server",
        "rule_author": "someone",
        "level": "high",
        "host": "exch01",
        "time": datetime(2021, 3, 4, 5, 6, 7, 890000, tzinfo=UTC),
        "matched": [("Image", "C:\\cmd.exe")],
        "rarity_bits": 5.25,
    }
    text = "\n".join(describe("detections", row))
    assert 'rule "Shell from web server" (level high, by someone)' in text
    assert "exch01 2021-03-04 05:06:07.890Z" in text
    assert "matched Image = C:\\cmd.exe" in text
    assert "5.2 bits" in text


def test_a_table_without_words_of_its_own_is_told_by_its_cells() -> None:
    assert list(
        describe("gaps", {"gap_id": "ga_1", "kind": "silent", "host": None, "rests_on": []})
    ) == ["gap_id = ga_1; kind = silent"]
