import gzip
import json

import pytest

from crossline.kernel.errors import UsageError
from crossline.knowledge import (
    Claim,
    Group,
    Knowledge,
    Relation,
    called,
    case_knowledge,
    encode_compact,
    joined,
    read_knowledge,
    shipped_knowledge,
    sponsor_claims,
)


def ref(source, attack_id=None, description=""):
    return {"source_name": source, "external_id": attack_id, "description": description}


def stix(**changes):
    attack = "mitre-attack"
    objects = [
        {"type": "intrusion-set", "id": "i--1", "name": "Invented", "aliases": ["Invented", "Made Up"], "modified": "2024-01-02T00:00:00Z", "external_references": [ref(attack, "G1")]},
        {"type": "intrusion-set", "id": "i--0", "name": "Old", "revoked": True, "external_references": [ref(attack, "G0")]},
        {"type": "malware", "id": "m--1", "name": "Tool", "external_references": [ref(attack, "S1")]},
        {"type": "attack-pattern", "id": "a--1", "name": "Way", "external_references": [ref(attack, "T1001.001")]},
        {"type": "attack-pattern", "id": "a--2", "name": "Gone", "x_mitre_deprecated": True, "external_references": [ref(attack, "T1002")]},
        {"type": "campaign", "id": "c--1", "name": "Run", "first_seen": "2020-05-01T00:00:00Z", "external_references": [ref(attack, "C1")]},
        {"type": "relationship", "relationship_type": "revoked-by", "source_ref": "i--0", "target_ref": "i--1"},
        {"type": "relationship", "relationship_type": "uses", "source_ref": "i--0", "target_ref": "a--1", "external_references": [ref("Firm Paper", description="Firm. (2019, May 3). A Paper.")]},
        {"type": "relationship", "relationship_type": "uses", "source_ref": "i--1", "target_ref": "a--2"},
        {"type": "relationship", "relationship_type": "attributed-to", "source_ref": "c--1", "target_ref": "i--1"},
    ]  # fmt: skip
    return json.dumps({"type": "bundle", "objects": objects} | changes).encode()


def written(folder, name, data):
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_stix_gives_objects_in_use_and_leads_revoked_ones_to_their_successor(tmp_path, pack):
    got = read_knowledge(written(tmp_path, "attack.json", pack(stix())))
    assert got.relations == (Relation("G1", "T1001.001", ("Firm Paper",)),)
    assert got.groups == {"G1": Group("Invented", (Claim("Made Up", "ATT&CK", "2024-01-02"),))}
    assert set(got.techniques) == {"T1001.001"}
    assert got.techniques["T1001.001"].parent == "T1001"
    assert got.campaigns["C1"].attributed_to == ("G1",)
    assert got.campaigns["C1"].first_seen == "2020-05-01"
    assert got.reports["Firm Paper"].year == 2019


def test_a_galaxy_gives_names_and_sponsors_as_claims(tmp_path):
    galaxy = {"version": 7, "values": [{"value": "PRETEND CAT", "uuid": "u", "meta": {"synonyms": ["Made Up"], "cfr-suspected-state-sponsor": "Ruritania"}}]}  # fmt: skip
    got = read_knowledge(written(tmp_path, "galaxy.json", json.dumps(galaxy).encode()))
    (group,) = got.groups.values()
    assert group.names == (Claim("Made Up", "MISP galaxy, version 7"),)
    assert group.sponsors == (Claim("Ruritania", "MISP galaxy, version 7, on PRETEND CAT"),)


PROFILE = b"""
id = "own-1"
name = "Our actor"
[[names]]
name = "Made Up"
source = "our team"
[[reports]]
source = "Case 12"
date = "2025-03-01"
techniques = ["T1001.001"]
software = ["S1"]
"""


def test_a_profile_of_ones_own_gives_relations_with_source_and_year(tmp_path):
    got = read_knowledge(written(tmp_path, "own.toml", PROFILE))
    assert {(r.source, r.target) for r in got.relations} == {
        ("own-1", "T1001.001"),
        ("own-1", "S1"),
    }
    assert got.reports["own-1: Case 12"].year == 2025


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"{"),
        ("a.json", b"{}"),
        ("a.json", b"[]"),
        ("a.json", b'{"objects": 3}'),
        ("a.json", b'{"values": [{}]}'),
        ("a.json", b"\x1f\x8bno"),
        ("a.toml", b"id = 3"),
        ("a.toml", b"\xff"),
        ("a.toml", PROFILE.replace(b"own-1", b"../own")),
        ("a.toml", PROFILE.replace(b"software", b"sofware")),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path, name, data):
    with pytest.raises(UsageError, match=name):
        read_knowledge(written(tmp_path, name, data))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        read_knowledge(tmp_path / "none.json")


@pytest.mark.parametrize("given", [Knowledge(), shipped_knowledge()], ids=["empty", "shipped"])
def test_compact_form_keeps_everything(tmp_path, given):
    assert read_knowledge(written(tmp_path, "k.json", encode_compact(given))) == given


A = Knowledge(groups={"G1": Group("One", (Claim("Shared", "x"),))}, relations=(Relation("G1", "S1", ("R1",)),))  # fmt: skip
B = Knowledge(
    groups={
        "G2": Group("Two", (Claim("Shared", "y"),)),
        "m:1": Group("ONE", (), (Claim("Ruritania", "y, on ONE"),)),
    },
    relations=(Relation("G1", "S1", ("R2",)),),
)


def test_a_shared_name_joins_nothing():
    both = joined([A, B])
    assert called(both, "shared") == ("G1", "G2")
    assert set(both.groups) == {"G1", "G2", "m:1"}


def test_relations_with_the_same_ends_cite_the_reports_of_both():
    assert joined([A, B]).relations == (Relation("G1", "S1", ("R1", "R2")),)


def test_a_sponsor_is_told_with_the_source_that_claims_it():
    assert sponsor_claims(joined([A, B]), "G1") == (Claim("Ruritania", "y, on ONE"),)
    assert sponsor_claims(joined([A, B]), "G2") == ()
    assert sponsor_claims(A, "G404") == ()


def test_a_case_reads_its_own_files_beside_the_shipped_ones(tmp_path):
    (tmp_path / "knowledge").mkdir()
    written(tmp_path / "knowledge", "own.json", encode_compact(A))
    assert {"G1", "G0016"} <= set(case_knowledge(tmp_path).groups)
    written(tmp_path / "knowledge", "base.json", encode_compact(B))
    assert set(case_knowledge(tmp_path).groups) == {"G1", "G2", "m:1"}
