import pytest

from crossline.sigma.conversions import CONVERSIONS


@pytest.mark.parametrize(
    ("name", "texts", "argument", "expected"),
    [
        ("decimal", ["0x1a4"], "", "420"),
        ("decimal", ["420"], "", "420"),
        ("decimal", ["0xzz"], "", "0xzz"),
        ("decimal", [None], "", None),
        ("integrity_level", ["S-1-16-4096"], "", "Low"),
        ("integrity_level", ["S-1-16-16384"], "", "System"),
        ("integrity_level", ["S-1-5-18"], "", None),
        ("account", ["CORP", "amy", "X", "sys"], "", "CORP\\amy"),
        ("account", ["-", "-", "X", "sys"], "", "X\\sys"),
        ("account", [None, None, None, "sys"], "", "sys"),
        ("account", [None, "-", None, None], "", None),
        ("path", [r"\device\HarddiskVolume12\a\b.exe"], "", r"C:\a\b.exe"),
        ("path", [r"D:\a.exe"], "", r"D:\a.exe"),
        ("outbound", ["%%14593"], "", "true"),
        ("outbound", ["%%14592"], "", "false"),
        ("protocol", ["17"], "", "udp"),
        ("protocol", ["1"], "", "1"),
        ("initiator", ["%%14592", "local", "remote"], "", "remote"),
        ("initiator", ["%%14593", "local", "remote"], "", "local"),
        ("registry_operation", ["%%1905"], "", "SetValue"),
        ("registry_operation", ["%%1906"], "", "DeleteValue"),
        ("registry_path", [r"\REGISTRY\MACHINE\Soft", "Run"], "", r"HKLM\Soft\Run"),
        ("registry_path", [r"\Registry\User\S-1\Soft", "-"], "", r"HKU\S-1\Soft"),
        ("registry_value", ["%%1876", "31"], "", "DWORD (0x0000001f)"),
        ("registry_value", ["%%1883", "1"], "", "QWORD (0x00000000-0x00000001)"),
        ("registry_value", ["%%1873", "text"], "", "text"),
        ("hash", ["SHA1=AA,MD5=BB,IMPHASH=CC"], "MD5", "BB"),
        ("hash", ["SHA256=AA"], "SHA1", None),
        (
            "named_line",
            ["\tHostName=A\r\n\tHostApplication=p -c x=y\r\n"],
            "HostApplication",
            "p -c x=y",
        ),
        ("named_line", ["HostName=A"], "HostId", None),
        ("uri", ["/a", "b=c"], "", "/a?b=c"),
        ("uri", ["/a", "-"], "", "/a"),
        ("uri", [None, "b"], "", None),
        ("blanks", ["Mozilla/5.0+(X)"], "", "Mozilla/5.0 (X)"),
        ("blanks", ["a+b c"], "", "a+b c"),
        ("joined", ["ls", None, "-l"], "", "ls -l"),
        ("joined", [None, None], "", None),
    ],
)
def test_a_conversion_gives_the_words_of_the_other_record(name, texts, argument, expected):
    assert CONVERSIONS[name](texts, argument) == expected
