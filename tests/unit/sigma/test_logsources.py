import pytest

from crossline.sigma import LogSource, formats
from crossline.sigma.conversions import CONVERSIONS
from crossline.sigma.logsources import content, places
from crossline.sigma.views import view

SYSMON = "Microsoft-Windows-Sysmon/Operational"


def admits(source, channel, code, form=None, provider=None):
    return any(place.admits((form, channel, provider, code)) for place in places(source))


@pytest.mark.parametrize(
    ("category", "codes"),
    [
        ("process_creation", "1"),
        ("file_change", "2"),
        ("network_connection", "3"),
        ("sysmon_status", "4 16"),
        ("process_termination", "5"),
        ("driver_load", "6"),
        ("image_load", "7"),
        ("create_remote_thread", "8"),
        ("raw_access_thread", "9"),
        ("process_access", "10"),
        ("file_event", "11"),
        ("registry_add", "12"),
        ("registry_delete", "12"),
        ("registry_set", "13"),
        ("registry_rename", "14"),
        ("registry_event", "12 13 14"),
        ("create_stream_hash", "15"),
        ("pipe_created", "17 18"),
        ("wmi_event", "19 20 21"),
        ("dns_query", "22"),
        ("file_delete", "23 26"),
        ("clipboard_capture", "24"),
        ("process_tampering", "25"),
        ("file_delete_detected", "26"),
        ("file_block_executable", "27"),
        ("file_block_shredding", "28"),
        ("file_executable_detected", "29"),
        ("sysmon_error", "255"),
    ],
)
def test_a_category_of_sysmon_looks_at_its_event_ids_and_no_others(category, codes):
    source = LogSource("windows", category)
    seen = [str(n) for n in range(300) if admits(source, SYSMON, str(n))]
    assert seen == codes.split()
    assert not admits(source, "System", codes.split()[0])


@pytest.mark.parametrize(
    ("category", "channel", "code"),
    [
        ("process_creation", "Security", "4688"),
        ("network_connection", "security", "5156"),
        ("process_termination", "Security", "4689"),
        ("registry_set", "Security", "4657"),
        ("registry_delete", "Security", "4657"),
        ("registry_event", "Security", "4657"),
        ("wmi_event", "Microsoft-Windows-WMI-Activity/Operational", "5861"),
        ("ps_module", "PowerShellCore/Operational", "4103"),
        ("ps_classic_provider_start", "Windows PowerShell", "600"),
        ("antivirus", "Microsoft-Windows-Windows Defender/Operational", "1116"),
    ],
)
def test_a_category_has_its_built_in_counterpart(category, channel, code):
    assert admits(LogSource("windows", category), channel, code)


def test_other_kinds_of_log_are_chosen_by_format_and_program():
    assert admits(LogSource(None, "webserver"), None, None, "iis")
    assert admits(LogSource("zeek", None, "http"), None, None, "zeek_http")
    assert not admits(LogSource("zeek", None, "http"), None, None, "zeek_dns")
    assert admits(LogSource("linux", None, "sshd"), None, None, "linux_auth", "sshd")
    assert not admits(LogSource("linux", None, "sshd"), None, None, "linux_auth", "cron")


def test_a_rule_is_not_widened_to_a_source_it_does_not_name():
    assert places(LogSource("windows", None, "no-such-service")) == ()
    assert places(LogSource("linux", "image_load")) == ()
    assert places(LogSource("windows", "process_creation", "system")) == ()


def test_formats_of_a_log_source_are_those_that_readers_give():
    assert formats(LogSource("windows", "process_creation")) == {"sysmon", "winsec"}
    assert formats(LogSource("windows", None, "windefend")) == {"win_other"}
    assert formats(LogSource("zeek", None, "dns")) == {"zeek_dns"}


def test_every_view_that_a_place_names_is_there_and_knows_its_conversions():
    windows = content("logsources.toml")["windows"]["categories"]
    entries = [entry for listed in windows.values() for entry in listed]
    entries += content("logsources.toml")["source"]
    named = {entry["view"] for entry in entries if "view" in entry}
    assert named <= set(content("views.toml"))
    for name in content("views.toml"):
        assert {given.conversion for given in view(name).given.values()} <= set(CONVERSIONS)
