"""Messages of Security events tell their parameters by order, whatever the language."""

import tomllib
from importlib import resources

import pytest

from crossline.evidence.formats.event_messages import security_fields

ENDED = {
    "English": (
        "An account was logged off.\n\nSubject:\n\tSecurity ID:\t\tMERIDIA\\a.b\n"
        "\tAccount Name:\t\ta.b\n\tAccount Domain:\t\tMERIDIA\n\tLogon ID:\t\t0x1f\n\n"
        "Logon Type:\t\t\t3\n\nThis event is generated when a session is destroyed."
    ),
    "German": (
        "Ein Konto wurde abgemeldet.\n\nAntragsteller:\n\tSicherheits-ID:\t\tMERIDIA\\a.b\n"
        "\tKontoname:\t\ta.b\n\tKontodomäne:\t\tMERIDIA\n\tAnmelde-ID:\t\t0x1f\n\n"
        "Anmeldetyp:\t\t\t3\n"
    ),
    "French": (
        "Fermeture de session d’un compte.\n\nSujet :\n\tID de sécurité :\t\tMERIDIA\\a.b\n"
        "\tNom du compte :\t\ta.b\n\tDomaine du compte :\t\tMERIDIA\n"
        "\tID d’ouverture de session :\t\t0x1f\n\nType d’ouverture de session :\t\t\t3\n"
    ),
    "Spanish": (
        "Se cerró sesión en una cuenta.\n\nSujeto:\n\tId. de seguridad:\t\tMERIDIA\\a.b\n"
        "\tNombre de cuenta:\t\ta.b\n\tDominio de cuenta:\t\tMERIDIA\n"
        "\tId. de inicio de sesión:\t\t0x1f\n\nTipo de inicio de sesión:\t\t\t3\n"
    ),
    "Japanese": (
        "アカウントがログオフしました。\n\nサブジェクト:\n\tセキュリティ ID:\t\tMERIDIA\\a.b\n"
        "\tアカウント名:\t\ta.b\n\tアカウント ドメイン:\t\tMERIDIA\n\tログオン ID:\t\t0x1f\n\n"
        "ログオン タイプ:\t\t\t3\n"
    ),
}


@pytest.mark.parametrize("language", ENDED)
def test_the_same_message_gives_the_same_parameters_in_every_language(language: str) -> None:
    assert security_fields("4634", ENDED[language]) == {
        "TargetUserSid": "MERIDIA\\a.b",
        "TargetUserName": "a.b",
        "TargetDomainName": "MERIDIA",
        "TargetLogonId": "0x1f",
        "LogonType": "3",
    }


def test_a_value_over_several_lines_and_an_empty_one_stay_in_place() -> None:
    subject = "".join(f"\tx{n}:\t\t{n}\n" for n in range(4))
    message = f"x\n\nx:\t\n{subject}\nx:\t\tSeOne\n\t\t\tSeTwo\n"
    fields = security_fields("4672", message)
    assert fields["PrivilegeList"] == "SeOne\nSeTwo"
    empty = security_fields("4634", "x\n\nx:\n\ta:\t\n\tb:\tu\n\tc:\t\n\td:\t0\n\nx:\t2")
    assert list(empty.values()) == ["", "u", "", "0", "2"]


@pytest.mark.parametrize("message", ["", "one line", "x\n\ta:\t1\n\tb:\t2\n"])
def test_a_message_of_another_form_gives_nothing(message: str) -> None:
    assert security_fields("4634", message) == {}
    assert security_fields("9999", message) == {}


def test_versions_of_an_event_differ_in_length() -> None:
    place = resources.files("crossline.content") / "events" / "messages.toml"
    for lists in tomllib.loads(place.read_text("utf-8"))["events"].values():
        assert len({len(names) for names in lists}) == len(lists)
