"""Which observables the fields of a record give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.report.machines.objects import (
    Directory,
    DomainName,
    File,
    IPv4Address,
    IPv6Address,
    NetworkTraffic,
    Process,
    RegistryKey,
    UserAccount,
)
from crossline.report.machines.observables import file_of, observables, telling

_SYSMON_1 = {
    "Image": "C:\\Windows\\System32\\cmd.exe",
    "CommandLine": "cmd /c whoami",
    "CurrentDirectory": "C:\\Temp\\",
    "ProcessId": "3392",
    "User": "LAB\\eve",
    "Hashes": f"MD5={'AB' * 16},SHA256={'CD' * 32},IMPHASH={'EF' * 16}",
    "ParentImage": "C:\\Windows\\explorer.exe",
    "ParentProcessId": "2364",
    "ParentCommandLine": "explorer",
}


def _found(form, **fields):
    return [each for each in observables(telling(fields.items()), "ev_1") if type(each) is form]


def test_a_process_start_gives_process_parent_image_and_account():
    parent, child = _found(Process, **_SYSMON_1)
    image = next(each for each in _found(File, **_SYSMON_1) if each.id == child.image_ref)
    assert (child.pid, child.command_line, child.cwd) == (3392, "cmd /c whoami", "C:\\Temp\\")
    assert (parent.pid, parent.command_line) == (2364, "explorer")
    assert child.parent_ref == parent.id
    assert image.hashes == {"MD5": "ab" * 16, "SHA-256": "cd" * 32}
    assert child.creator_user_ref == _found(UserAccount, **_SYSMON_1)[0].id


def test_numbers_of_processes_in_hexadecimal_are_read():
    (process,) = _found(Process, NewProcessName="C:\\a.exe", NewProcessId="0x73c")
    assert process.pid == 0x73C


@pytest.mark.parametrize("pid", ["-4", "x", "4294967296", "9" * 5000, "1.5"])
def test_a_number_that_is_no_process_number_is_left_out(pid):
    (process,) = _found(Process, Image="C:\\a.exe", ProcessId=pid)
    assert process.pid is None


def test_hashes_of_a_loaded_library_are_not_those_of_the_process():
    files = _found(File, Image="C:\\a.exe", ImageLoaded="C:\\b.dll", Hashes=f"SHA1={'12' * 20}")
    assert {each.name: each.hashes for each in files} == {
        "a.exe": None,
        "b.dll": {"SHA-1": "12" * 20},
    }


@pytest.mark.parametrize("text", ["MD5=xyz", "MD5=abcd", "SHA256=" + "g" * 64, "=", "MD5", ""])
def test_a_hash_that_is_none_is_left_out(text):
    (file,) = _found(File, Image="C:\\a.exe", Hashes=text)
    assert file.hashes is None


@pytest.mark.parametrize(
    ("path", "folder", "name"),
    [
        ("C:\\a\\b.exe", "C:\\a", "b.exe"),
        ("C:\\b.exe", "C:\\", "b.exe"),
        ("/usr/bin/sh", "/usr/bin", "sh"),
        ("System", None, "System"),
    ],
)
def test_a_path_is_a_folder_and_a_name(path, folder, name):
    *folders, file = file_of(path)
    assert file.name == name
    assert [each.path for each in folders if isinstance(each, Directory)] == [folder] * bool(folder)


def test_a_path_without_a_name_is_no_file():
    assert file_of("C:\\Temp\\") == []


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("10.0.0.7", IPv4Address, "10.0.0.7"),
        ("::ffff:10.0.0.7", IPv4Address, "10.0.0.7"),
        ("FE80::1%11", IPv6Address, "fe80::1"),
    ],
)
def test_addresses_are_written_in_one_way(text, form, value):
    assert [each.value for each in _found(form, IpAddress=text)] == [value]


@pytest.mark.parametrize("text", ["-", "", "LOCAL", "10.0.0", "<script>", "1" * 200])
def test_what_is_no_address_gives_none(text):
    assert observables(telling([("IpAddress", text)]), "ev_1") == []


def test_a_connection_has_both_ends_and_ports():
    (traffic,) = _found(
        NetworkTraffic,
        SourceIp="10.0.0.7",
        SourcePort="50000",
        DestinationIp="192.0.2.9",
        DestinationPort="70000",
        Protocol="TCP",
    )
    assert (traffic.protocols, traffic.src_port, traffic.dst_port) == (("tcp",), 50000, None)


def test_a_registry_value_is_parted_from_its_key_and_the_hive_is_written_out():
    (key,) = _found(RegistryKey, TargetObject="HKLM\\Software\\Run\\Updater", Details="C:\\x.exe")
    assert key.key == "HKEY_LOCAL_MACHINE\\Software\\Run"
    assert [(each.name, each.data) for each in key.values] == [("Updater", "C:\\x.exe")]


def test_a_name_asked_for_is_a_domain_and_nonsense_is_not():
    assert [each.value for each in _found(DomainName, QueryName="Example.COM.")] == ["example.com"]
    assert _found(DomainName, QueryName="not a name") == []


@pytest.mark.parametrize("value", ["-", "", "  ", None, "x" * 32_768])
def test_values_that_say_nothing_or_never_end_are_not_written(value):
    assert telling([("Image", value)]) == {}


@given(
    st.dictionaries(
        st.sampled_from([*_SYSMON_1, "TargetObject", "Details", "IpAddress", "QueryName"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    )
)
def test_any_text_in_any_field_gives_observables_that_refer_to_each_other_alone(fields):
    found = observables(telling(fields.items()), "ev_1")
    ids = [each.id for each in found]
    assert len(set(ids)) == len(ids)
    for each in found:
        for name in each.__struct_fields__:
            if name.endswith("_ref") and getattr(each, name):
                assert getattr(each, name) in ids
