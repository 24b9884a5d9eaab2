# ruff: noqa: S608 - statements are the subject here
"""Identities are taken out of fields by their place, and out of any text by the plans."""

import pytest
from tests.unit.events.subscribers.conftest import IDENTITIES, KEY, base64_of, swapped

from crossline.events.subscribers import Redactor, is_withheld

NUMBER, IMSI = "999123456789", "991010000000456"
SHOWN = KEY.shown("msisdn", KEY.pseudonym("msisdn", NUMBER))
SHOWN_IMSI = KEY.shown("imsi", KEY.pseudonym("imsi", IMSI))


def redacted(log_format: str, **fields: str) -> tuple[dict[str, str | None], int]:
    redactor = Redactor(IDENTITIES)
    values: list[str | None] = [*fields.values()]
    people = redactor.record(log_format, [*fields], values, lambda _: None)
    swept = redactor.sweep(values, log_format)
    everyone = {*people, *(who for _, who in swept)}
    return dict(zip(fields, values, strict=True)), len(everyone)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            f"select * from c where a_number = '{NUMBER}'",
            f"select * from c where a_number = '{SHOWN}'",
        ),
        (
            f"... MSISDN IN ('0123456789','x', '{NUMBER}')",
            f"... MSISDN IN ('{SHOWN}','x', '{SHOWN}')",
        ),
        (f"where imsi={IMSI} and day='20180501'", f"where imsi={SHOWN_IMSI} and day='20180501'"),
        ("where msisdn like '99912345678%'", "where msisdn like '[msisdn in part]%'"),
        ("select 12345678 from dual", "select 12345678 from dual"),
        ("where b_number = '4412345678' and t > DATE'2018-05-01'", None),
    ],
)
def test_literals_of_statements_are_replaced(statement: str, expected: str | None) -> None:
    fields, _ = redacted("ora_csv", SQL_TEXT=statement)
    if expected:
        assert fields["SQL_TEXT"] == expected
    else:
        assert "4412345678" not in (fields["SQL_TEXT"] or "")
        assert "2018-05-01" in (fields["SQL_TEXT"] or "")


def test_binds_count_only_beside_a_column_of_subscribers() -> None:
    fields, people = redacted("ora_csv", SQL_TEXT="where imsi=:1", SQL_BINDS=f" #1(15):{IMSI}")
    assert (fields["SQL_BINDS"], people) == (f" #1(15):{SHOWN_IMSI}", 1)
    fields, people = redacted("ora_csv", SQL_TEXT="where id=:1", SQL_BINDS=" #1(8):12345678")
    assert (fields["SQL_BINDS"], people) == (" #1(8):12345678", 0)


def test_a_command_and_its_parameters_name_one_person() -> None:
    fields, people = redacted(
        "mml", command='LST SUB: ISDN="123456789", DETAIL=TRUE;', ISDN="123456789", retcode="0"
    )
    assert fields["command"] == f'LST SUB: ISDN="{SHOWN}", DETAIL=TRUE;'
    assert (fields["ISDN"], people) == (SHOWN, 1)


@pytest.mark.parametrize(
    ("key_type", "key", "shown"),
    [("MSISDN", "0123456789", SHOWN), ("IMSI", IMSI, SHOWN_IMSI), ("", "0123456789", SHOWN)],
)
def test_the_kind_of_a_customers_key_stands_beside_it(key_type: str, key: str, shown: str) -> None:
    fields, people = redacted("crm", subscriber_key=key, key_type=key_type)
    assert (fields["subscriber_key"], people) == (shown, 1)


def test_a_user_of_a_network_is_a_name_unless_it_is_a_number() -> None:
    fields, people = redacted(
        "radius", **{"User-Name": "k.lopez", "Calling-Station-Id": "10.1.2.3"}
    )
    assert (fields["User-Name"], fields["Calling-Station-Id"], people) == ("k.lopez", "10.1.2.3", 0)
    fields, people = redacted("radius", **{"User-Name": base64_of(NUMBER)})
    assert (fields["User-Name"], people) == (SHOWN, 1)


@pytest.mark.parametrize(
    "written",
    [
        NUMBER, f"+{NUMBER}", f"00{NUMBER}", "0123456789", f"/x?a=%2B{NUMBER}&b=1", f"tel:{NUMBER};",
        base64_of(NUMBER), base64_of(f"+{NUMBER}"), f"91{swapped(NUMBER)}", f"0x91{swapped(NUMBER)}",
        IMSI, swapped(IMSI), f'{{"imsi": "{IMSI}"}}', f"<n>{NUMBER}</n>", f"cdr_{NUMBER}.csv",
    ],
)  # fmt: skip
def test_a_number_of_a_plan_is_found_in_any_text(written: str) -> None:
    fields, people = redacted("winsec", CommandLine=f"q {written} ü")
    assert people == 1
    for digits in (NUMBER[3:], IMSI, swapped(IMSI), swapped(NUMBER), base64_of(NUMBER)[4:12]):
        assert digits not in (fields["CommandLine"] or "")
    assert (fields["CommandLine"] or "").endswith(" ü")


@pytest.mark.parametrize(
    "text",
    [
        "1" * 12, f"{NUMBER}0", f"1{NUMBER}", f"a{NUMBER}", f"{{0A1B2C3D-0000-4000-8000-{NUMBER}}}",
        "0012345678", "10.20.30.40", "2019-03-05 06:02:40", "MjE0", "Administrator", "991019",
    ],
)  # fmt: skip
def test_what_only_resembles_a_number_stays(text: str) -> None:
    fields, people = redacted("winsec", CommandLine=text)
    assert (fields["CommandLine"], people) == (text, 0)


def test_free_text_of_telecom_may_hold_bare_and_spaced_numbers() -> None:
    fields, people = redacted(
        "ticket", summary="call 0123 456 789, +999-123 456 789 or 123456789", n="123456789"
    )
    assert fields["summary"] == f"call {SHOWN}, {SHOWN} or {SHOWN}"
    assert (fields["n"], people) == ("123456789", 1)


@pytest.mark.parametrize(
    ("log_format", "fields", "expected"),
    [
        ("ora_csv", {"OBJECT_SCHEMA": "LIMS", "OBJECT_NAME": "X"}, True),
        ("ora_csv", {"OBJECT_SCHEMA": "CDR", "OBJECT_NAME": "LI_TARGETS"}, True),
        ("ora_csv", {"SQL_TEXT": "select *\nfrom li.targets"}, True),
        ("ora_csv", {"SQL_TEXT": "select /* warrant LI-2018-0441 */ * from cdr.voice"}, False),
        ("ora_sys", {"OBJECT_NAME": "LIST_PRICES"}, False),
        ("pgaudit", {"OBJECT_NAME": "li.targets"}, True),
        ("crm", {"app": "li-console", "action": "VIEW_TARGET"}, True),
        ("crm", {"app": "li-console", "action": "LOGIN"}, False),
        ("crm", {"app": "crm", "action": "VIEW_CDR"}, False),
        ("winsec", {"app": "li-console"}, False),
    ],
)
def test_lawful_interception_is_withheld_but_for_logons(
    log_format: str, fields: dict[str, str], expected: bool
) -> None:
    assert is_withheld(log_format, [*fields], [*fields.values()]) is expected
