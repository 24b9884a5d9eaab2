"""Which detectors there are: what each is called, how grave it is, and the query that finds it."""

from dataclasses import dataclass

from crossline.detections.detectors import access, asking, traffic

__all__ = ["DETECTORS", "Detector"]


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector.

    `query` is SQL over the prepared tables of `preparing.py`; a row of it is a finding with the
    columns `organisation, host, format, time, matched` (names and values) and `events` (ids).
    `$name` in it is a setting of the section `detectors`. `formats` are the kinds of log that it
    reads; `caution` says when it is wrong.
    """

    rule_id: str
    title: str
    level: str
    techniques: tuple[str, ...]
    formats: frozenset[str]
    query: str
    caution: str


def _detector(
    number: str, title: str, level: str, techniques: str, formats: str, query: str, caution: str
) -> Detector:
    return Detector(
        f"crossline/td{number}",
        title,
        level,
        tuple(techniques.split()),
        frozenset(formats.split()),
        query,
        caution,
    )


_DATABASES = "ora_csv ora_sys pgaudit teleport"

DETECTORS = (
    _detector(
        "05", "Supplier Logs On Without a Ticket", "medium", "T1199",
        "radius linux_auth teleport winsec", access.SUPPLIER_WITHOUT_TICKET,
        "tickets that are not in the case, or opened more than the allowed time later",
    ),
    _detector(
        "07", "Remote Access From a Network That Only This Account Uses", "low", "T1133 T1078",
        "radius", access.ACCESS_FROM_NEW_NETWORK,
        "travel, and the first day of work from home",
    ),
    _detector(
        "23", "Connections to a Rare Address at Regular Intervals", "medium", "T1071.001",
        "zeek_conn zeek_ssl sysmon", traffic.BEACON,
        "update and telemetry services that few hosts use",
    ),
    _detector(
        "25", "Unusually Large Anonymous Reply From the Mail Logon Page", "high", "T1056.003",
        "httpproxy", traffic.LARGE_LOGON_REPLY,
        "pages of another language or theme",
    ),
    _detector(
        "27", "Logon to Telecom Systems From a New Place Without a Ticket", "low", "T1078",
        "teleport linux_auth", access.NEW_PLACE_WITHOUT_TICKET,
        "emergencies, new workstations",
    ),
    _detector(
        "29", "Call Records of Single Persons Asked Out of Habit", "medium", "T1213.006",
        _DATABASES, asking.PERSONS_IN_DATABASES,
        "complaints handled by staff who rarely do, revenue samples",
    ),
    _detector(
        "29-unseen", "Call Records Read Out of Habit, Statement Not Logged", "low", "T1213.006",
        _DATABASES, asking.UNSEEN_IN_DATABASES,
        "maintenance by a database administrator",
    ),
    _detector(
        "30", "Repeated Interest in One Subscriber", "medium", "T1213.006",
        f"{_DATABASES} mml crm", asking.REPEATED_INTEREST,
        "court orders without a ticket in the case, staff who serve known persons",
    ),
    _detector(
        "32", "Bulk Read of Call Records Out of Habit", "medium", "T1030 T1213.006",
        "ora_csv pgaudit teleport", asking.BULK_OUT_OF_HABIT,
        "month-end jobs under a new account, migrations",
    ),
    _detector(
        "34", "Register Asked About Persons Out of Habit", "medium", "T1213.006",
        "mml", asking.PERSONS_IN_REGISTERS,
        "emergencies, fraud cases",
    ),
    _detector(
        "40", "Large Outflow to a Rare Address", "medium", "T1041 T1048",
        "zeek_conn", traffic.OUTFLOW,
        "back-ups to a cloud that one host uses",
    ),
)  # fmt: skip
