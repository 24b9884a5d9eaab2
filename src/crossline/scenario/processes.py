"""Gives the processes and logons of a step numbers, the same in all logs that show them."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

from crossline.scenario.dice import hexadecimal
from crossline.scenario.record import Value

__all__ = ["guid", "identified"]

_CREATED, _AUDITED, _LOGON = 1, 4688, 4624
_ACTS = {7: "Image", 11: "Image", 3: "Image", 13: "Image", 23: "Image", 10: "SourceImage"}
"""Sysmon's other events, and which field names the process that acts."""


def identified(
    log: str, fields: Mapping[str, Value], host: str, scope: str, occurrence: str, time: datetime
) -> dict[str, Value]:
    """Fields of a Windows record with the numbers of its process, parent and logon session.

    Args:
        log: the kind of log.
        fields: as told so far.
        host: id of the host.
        scope: what processes belong together, such as an intrusion and a day.
        occurrence: tells apart processes of one image.
        time: of the record; a host's logon of one account has one number a day.
    """
    event, given = fields["EventID"], dict(fields)
    if log == "sysmon" and event == _CREATED:
        given |= _process(host, scope, occurrence, str(given["Image"]), "ProcessGuid", "ProcessId")
        parent = str(given["ParentImage"])
        given |= _process(host, scope, "", parent, "ParentProcessGuid", "ParentProcessId")
        given["LogonId"] = _session(host, str(given.get("User", "")).rpartition("\\")[2], time)
    elif log == "sysmon" and event in _ACTS:
        image = str(given[_ACTS[int(str(event))]])
        names = ("SourceProcessGUID", "SourceProcessId") if event == 10 else (
            "ProcessGuid", "ProcessId",
        )  # fmt: skip
        given |= _process(host, scope, "", image, *names)
    elif log == "winsec" and event == _AUDITED:
        given |= _audited(given, host, scope, occurrence, time)
    elif log == "winsec" and event == _LOGON:
        given["TargetLogonId"] = _session(host, str(given["TargetUserName"]), time)
    return given


def guid(*parts: object) -> str:
    """A process GUID as Sysmon prints it."""
    digits = hexadecimal(0, *parts)[:32].upper()
    cuts = (0, 8, 12, 16, 20, 32)
    return "{" + "-".join(digits[a:b] for a, b in pairwise(cuts)) + "}"


def _audited(
    given: Mapping[str, Value], host: str, scope: str, occurrence: str, time: datetime
) -> Mapping[str, Value]:
    made = _process(host, scope, occurrence, str(given["NewProcessName"]), "guid", "number")
    parent = _process(host, scope, "", str(given["ParentProcessName"]), "guid", "number")
    return {
        "NewProcessId": hex(int(str(made["number"]))),
        "ProcessId": hex(int(str(parent["number"]))),
        "SubjectLogonId": _session(host, str(given["SubjectUserName"]), time),
    }


def _process(
    host: str, scope: str, occurrence: str, image: str, guid_name: str, id_name: str
) -> Mapping[str, Value]:
    key = ("process", host, scope, occurrence, image.lower())
    return {guid_name: guid(*key), id_name: int(hexadecimal(0, *key)[-5:], 16) % 15000 * 4 + 400}


def _session(host: str, account: str, time: datetime) -> str:
    if not account or account == "SYSTEM" or account.endswith("$"):
        return "0x3e7"
    return "0x" + hexadecimal(0, "session", host, account.lower(), time.date())[:7].lstrip("0")
