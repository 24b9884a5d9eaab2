import zipfile

import pytest
from tests.unit.sigma.made import rule

from crossline.kernel.errors import UsageError
from crossline.sigma import load_rules


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "pack"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "two.yaml").write_text(rule("two"), "utf-8")
    (folder / "one.yml").write_text(rule("one"), "utf-8")
    (folder / "README.md").write_text("no rule", "utf-8")
    return folder


def ids(ruleset):
    return [loaded.rule_id for loaded in ruleset.rules]


def test_a_folder_is_read_with_its_subfolders(pack):
    loaded = load_rules([pack])
    assert ids(loaded) == ["one", "two"]
    assert [(r.pack, r.path) for r in loaded.rules] == [
        ("pack", "one.yml"),
        ("pack", "deep/two.yaml"),
    ]
    assert loaded.refused == ()


def test_a_rule_keeps_what_the_report_must_show(pack):
    loaded = load_rules([pack / "one.yml"]).rules[0]
    assert (loaded.author, loaded.level, loaded.techniques) == ("A. Author", "high", ("T1059.001",))


def test_an_archive_is_read_in_place(pack, tmp_path):
    with zipfile.ZipFile(tmp_path / "rules.zip", "w") as archive:
        archive.write(pack / "one.yml", "a/one.yml")
        archive.writestr("a/notes.txt", "no rule")
    loaded = load_rules([tmp_path / "rules.zip"])
    assert [(r.rule_id, r.pack, r.path) for r in loaded.rules] == [
        ("one", "rules.zip", "a/one.yml")
    ]


def test_a_damaged_archive_is_named_and_the_rest_goes_on(pack, tmp_path):
    with zipfile.ZipFile(tmp_path / "rules.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.yml", rule("three") * 50)
    data = bytearray((tmp_path / "rules.zip").read_bytes())
    data[60:70] = b"\0" * 10
    (tmp_path / "rules.zip").write_bytes(data)
    loaded = load_rules([tmp_path / "rules.zip", pack])
    assert ids(loaded) == ["one", "two"]
    assert [(r.path, r.unparsable) for r in loaded.refused] == [("one.yml", True)]


def test_a_path_that_does_not_exist_is_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="nowhere"):
        load_rules([tmp_path / "nowhere"])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfe\0", "not UTF-8"),
        (b"", "empty file"),
        (b"- a\n- b\n", "no mapping"),
        (b"a: [", "YAML"),
    ],
)
def test_a_file_that_is_no_rule_is_unparsable(tmp_path, data, reason):
    (tmp_path / "bad.yml").write_bytes(data)
    refused = load_rules([tmp_path]).refused
    assert [(r.rule_id, r.unparsable) for r in refused] == [("bad.yml", True)]
    assert reason in refused[0].reason


def test_a_rule_refused_for_cause_is_not_unparsable(tmp_path):
    (tmp_path / "bad.yml").write_text(rule("bad", "F|nope: x"), "utf-8")
    assert [(r.rule_id, r.unparsable) for r in load_rules([tmp_path]).refused] == [("bad", False)]


def test_one_rule_given_twice_counts_once(pack):
    assert ids(load_rules([pack, pack / "one.yml"])) == ["one", "two"]


def test_two_rules_with_one_id_are_told_apart(pack):
    (pack / "other.yml").write_text(rule("one", "F: other"), "utf-8")
    loaded = load_rules([pack])
    assert ids(loaded) == ["one", "two"]
    assert [r.path for r in loaded.refused] == ["other.yml"]
    assert "one.yml" in loaded.refused[0].reason


def test_the_order_of_paths_does_not_change_the_rules(pack, tmp_path):
    (tmp_path / "three.yml").write_text(rule("three"), "utf-8")
    paths = [pack, tmp_path / "three.yml"]
    assert load_rules(paths).rules == load_rules(paths[::-1]).rules


def test_a_cached_set_is_the_same_and_follows_changes(pack, tmp_path):
    cold = load_rules([pack], tmp_path / "cache")
    assert load_rules([pack], tmp_path / "cache") == cold
    (pack / "one.yml").write_text(rule("one", "F: changed"), "utf-8")
    changed = load_rules([pack], tmp_path / "cache")
    assert changed == load_rules([pack])
    assert changed.rules[0].rule_hash != cold.rules[0].rule_hash
    assert changed.rules[1] == cold.rules[1]


def test_a_broken_cache_is_made_anew(pack, tmp_path):
    cold = load_rules([pack], tmp_path / "cache")
    for file in (tmp_path / "cache").iterdir():
        file.write_text("{", "utf-8")
    assert load_rules([pack], tmp_path / "cache") == cold


def test_placeholders_take_the_users_values_and_the_cache_knows_them(tmp_path):
    (tmp_path / "r.yml").write_text(rule("r", "F|expand: 'a%p%'"), "utf-8")
    cache = tmp_path / "cache"
    assert "%p%" in load_rules([tmp_path / "r.yml"], cache).refused[0].reason
    first = load_rules([tmp_path / "r.yml"], cache, {"p": ["1", "2"]}).rules[0]
    second = load_rules([tmp_path / "r.yml"], cache, {"p": ["3"]}).rules[0]
    assert [term.value for term in first.condition.terms] == ["a1", "a2"]
    assert second.condition.value == "a3"


def filter_text(rules, condition="not f"):
    return (
        "title: site\nid: site\nlogsource: {product: conformance}\n"
        f"filter: {{rules: {rules}, f: {{G: ours}}, condition: {condition}}}\n"
    )


@pytest.mark.parametrize(("rules", "applied"), [("[one]", ["one"]), ("any", ["one", "two"])])
def test_a_filter_applies_to_the_rules_it_names(pack, rules, applied):
    (pack / "f.yml").write_text(filter_text(rules), "utf-8")
    loaded = load_rules([pack]).rules
    assert [r.rule_id for r in loaded if "filter site applied" in r.notes] == applied
    assert [r.rule_id for r in loaded if r.filters] == applied


def test_a_filter_names_owner_reason_and_end(pack):
    text = "author: K. Lee\ndescription: backup\nexpires: 2026-01-31\n" + filter_text("any")
    (pack / "f.yml").write_text(text, "utf-8")
    (item,) = load_rules([pack]).filters
    assert (item.owner, item.reason, item.expires) == ("K. Lee", "backup", "2026-01-31")


def test_a_filter_whose_end_cannot_be_read_is_refused(pack):
    (pack / "f.yml").write_text("expires: next week\n" + filter_text("any"), "utf-8")
    loaded = load_rules([pack])
    assert not loaded.filters
    assert "YYYY-MM-DD" in loaded.refused[0].reason


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_twice_in_an_archive_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        archive.writestr("a.yml", rule("one"))
        archive.writestr("a.yml", rule("two"))
        archive.writestr("b.yml", rule("three"))
    loaded = load_rules([tmp_path / "pack.zip"])
    assert [each.rule_id for each in loaded.rules] == ["three"]
    assert "2 times" in loaded.refused[0].reason


def test_a_filter_without_not_is_noted(pack):
    (pack / "f.yml").write_text(filter_text("any", "f"), "utf-8")
    assert any("no `not`" in note for note in load_rules([pack]).rules[0].notes)


def test_a_filter_for_no_loaded_rule_is_refused(pack):
    (pack / "f.yml").write_text(filter_text("[nobody]"), "utf-8")
    assert [r.rule_id for r in load_rules([pack]).refused] == ["site"]


def test_an_alias_bomb_is_refused(tmp_path):
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    lines += [
        f"{b}: &{b} [{','.join(['*' + a] * 10)}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)
    ]
    (tmp_path / "bomb.yml").write_text("\n".join(lines), "utf-8")
    assert "nodes" in load_rules([tmp_path]).refused[0].reason
