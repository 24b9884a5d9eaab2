"""Ids against the reference implementation, and the laws that they keep."""

import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.report.machines.ids import content_id, name_id, observable_id, process_id

stix = pytest.importorskip("stix2.v21")
canonicalize = pytest.importorskip("stix2.canonicalization.Canonicalize").canonicalize

_SPECIFIED = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("form", "contributing"),
    [
        (stix.IPv4Address, {"value": "198.51.100.7"}),
        (stix.IPv6Address, {"value": "2001:db8::7"}),
        (stix.Directory, {"path": "C:\\Windows\\Ünïcode"}),
        (stix.File, {"name": "a\tb.exe", "hashes": {"SHA-256": "ab" * 32}}),
        (stix.File, {"name": "a.exe", "hashes": {"SHA-256": "ab" * 32, "MD5": "cd" * 16}}),
        (stix.UserAccount, {"account_login": "ÄRGER\\käthe", "user_id": "S-1-5-18"}),
        (stix.WindowsRegistryKey, {"key": "HKEY_USERS\\x", "values": [{"name": "n", "data": "d"}]}),
    ],
)
def test_an_observable_has_the_id_that_the_reference_library_gives(form, contributing):
    expected = form(**contributing).id
    assert observable_id(form._type, contributing) == expected


@given(st.dictionaries(st.sampled_from(["name", "path", "value", "key"]), _TEXTS, min_size=1))
def test_any_text_is_hashed_as_canonical_json(contributing):
    name = canonicalize(contributing, utf8=False)
    assert observable_id("x", contributing) == f"x--{uuid.uuid5(_SPECIFIED, name)}"


def test_no_domain_object_takes_the_namespace_of_observables():
    made = content_id("grouping", "in_1").removeprefix("grouping--")
    assert made != str(uuid.uuid5(_SPECIFIED, "grouping:in_1"))
    assert uuid.UUID(made).version == 5


def test_two_types_for_one_row_have_two_ids():
    assert content_id("note", "in_1")[-36:] != content_id("grouping", "in_1")[-36:]


def test_names_that_run_together_differ():
    assert name_id("identity", "ab", "c") != name_id("identity", "a", "bc")


@given(st.text(string.printable), st.text(string.printable))
def test_a_process_has_a_uuid_of_version_4_that_is_the_same_every_time(event, role):
    first, again = process_id(event, role), process_id(event, role)
    assert first == again
    assert uuid.UUID(first.removeprefix("process--")).version == 4
