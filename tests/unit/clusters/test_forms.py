"""Normal forms: what stays the same from place to place."""

import pytest

from crossline.clusters.forms import FORMS, in_system_folder
from crossline.clusters.vocabulary import signs


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("folder", r"C:\Users\anna\AppData\Local\oak\run.exe", r"\users\*\appdata\local\oak"),
        ("folder", r"\??\C:\ProgramData\Oak\run.exe -k x", r"\programdata\oak"),
        ("file", r'"C:\ProgramData\Oak\Run.EXE" /quiet', "run.exe"),
        ("name", "Oak Agent17", "oak agent#"),
        ("url", "/Portal/Oak.aspx?z=1", "/portal/oak.aspx"),
        ("account", r"CORP\Adm.Oak", "adm.oak"),
        ("account", "adm.oak@corp.example", "adm.oak"),
        ("imphash", "SHA256=AB,IMPHASH=0F", "0f"),
        ("imphash", "SHA256=AB,IMPHASH=00000000", ""),
        ("address", "203.0.113.7:443", "203.0.113.7"),
        ("address", "10.1.2.3", ""),
        ("network", "203.0.113.7", "203.0.113.0/24"),
        ("archive", "oak.exe a -m5 -v4m -hpSecret12 x7.rar *.csv", "a -m5 -v4m -hp… *.rar *.csv"),
        ("archive", "oak.exe a -m5 x7.rar *.csv", ""),
        ("password", "oak.exe a -hpmaple2017 x7.rar", "word and digits"),
        ("password", "oak.exe a -hpq7Rt0zz3LmP2 x7.rar", "mixed, 12 characters"),
        ("remote", "wmic /node:h1 process call create run.bat", "wmic /node process call create"),
        ("sql", "SELECT a FROM b WHERE c IN (1, 2) AND ROWNUM < 9", "upper, in list, rownum"),
        (
            "sql",
            "select a from b where c = 1 order by d limit 5",
            "lower, one value, limit, order by",
        ),
        ("sql", "begin x; end", ""),
    ],
)
def test_a_normal_form_keeps_what_the_intruder_chose(form: str, text: str, value: str) -> None:
    assert FORMS[form](text) == value


def test_no_form_keeps_an_archive_password() -> None:
    command = "oak.exe a -hpmapleSecret2017 x7.rar"
    for sign in signs():
        if "CommandLine" in sign.fields:
            assert "maple" not in FORMS[sign.form](command)


@pytest.mark.parametrize(
    ("path", "system"),
    [
        (r"C:\Windows\System32\inetsrv\w3wp.exe", True),
        (r"%SystemRoot%\oak.exe", True),
        (r"C:\Program Files\Oak\oak.exe", True),
        ("oak.exe", True),
        (r"C:\ProgramData\Oak\oak.exe", False),
    ],
)
def test_programs_of_the_system_are_no_sign(path: str, system: bool) -> None:
    assert in_system_folder(path) is system


def test_every_sign_names_a_form_that_exists() -> None:
    assert {sign.form for sign in signs()} <= set(FORMS)
