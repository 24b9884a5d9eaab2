import pyarrow as pa
import pytest

from crossline.intrusions.values import account_name, plain_address, shared_values

SHA256 = "A" * 64


def values(code: str = "1", **fields: str) -> set[tuple[str, str]]:
    column = pa.array([list(fields.items())], pa.map_(pa.string(), pa.string()))
    rows = shared_values(column, pa.array([code])).to_pylist()
    return {(row["kind"], row["text"]) for row in rows}


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        (r"C:\Users\ann\Downloads\tool.exe", r"\users\*\downloads\tool.exe"),
        (r"D:\Users\bob\Downloads\tool.exe", r"\users\*\downloads\tool.exe"),
        (r"\Device\HarddiskVolume3\perf\tool.exe", r"\perf\tool.exe"),
        (r"C:\perf\20240304\tool.exe", r"\perf\#\tool.exe"),
        ("C:/perf/tool.exe", r"\perf\tool.exe"),
    ],
)
def test_a_path_loses_what_differs_between_machines(path: str, normal: str) -> None:
    assert ("file", normal) in values(TargetFilename=path)


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Windows\System32\whoami.exe",
        r"C:\Program Files\Vendor\app.exe",
        r"C:\Users\ann\AppData\Local\Temp\__PSScriptPolicyTest_abc.ps1",
        r"C:\Windows\explorer.exe",
        "tool.exe",
    ],
)
def test_what_every_machine_has_links_nothing(path: str) -> None:
    assert values(Image=path, Hashes=f"SHA256={SHA256}") == set()


def test_a_hash_of_a_file_outside_the_system_is_taken_in_its_strongest_form() -> None:
    found = values(Image=r"C:\x\tool.exe", Hashes=f"SHA1={'b' * 40},MD5={'c' * 32},SHA256={SHA256}")
    assert {text for kind, text in found if kind == "hash"} == {"a" * 64}


def test_a_service_name_counts_only_where_a_service_is_installed() -> None:
    assert values("7045", ServiceName="UpdSvc") == {("service", "updsvc")}
    assert values("4769", ServiceName="UpdSvc") == set()


def test_a_sliced_batch_gives_the_values_of_its_own_rows() -> None:
    column = pa.array(
        [[("TargetFilename", r"C:\a\one.exe")], [("TargetFilename", r"C:\a\two.exe")]],
        pa.map_(pa.string(), pa.string()),
    )
    rows = shared_values(column.slice(1), pa.array(["11"])).to_pylist()
    assert {"row": 0, "kind": "file", "text": r"\a\two.exe"} in rows
    assert not any("one" in row["text"] for row in rows)


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        (r"C:\ProgramData\Falcon\hazel.exe", {r"\programdata\falcon"}),
        (r"C:\Users\ann\Desktop\a.exe", set()),
        (r"C:\Windows\Temp\a.exe", set()),
        (r"C:\ProgramData\a.exe", set()),
    ],
)
def test_a_folder_links_where_it_belongs_to_nobody(path: str, folder: set[str]) -> None:
    assert {text for kind, text in values(TargetFilename=path) if kind == "folder"} == folder


def test_a_page_has_one_name_in_the_web_log_and_on_disk() -> None:
    on_disk = values("11", TargetFilename=r"C:\inetpub\wwwroot\aspnet_client\help.aspx")
    asked = values(**{"cs-uri-stem": "/aspnet_client/help.aspx"})
    assert ("page", "aspnet_client/help.aspx") in on_disk & asked
    assert values(**{"cs-uri-stem": "/owa/auth/logon.aspx"}) == set()


@pytest.mark.parametrize(
    ("account", "name"),
    [
        (r"CORP\Bob", "bob"),
        ("bob@corp.example", "bob"),
        ("WS1$", None),
        (r"NT AUTHORITY\SYSTEM", None),
        ("DWM-2", None),
        ("-", None),
    ],
)
def test_an_account_loses_its_domain_and_machine_accounts_are_none(
    account: str, name: str | None
) -> None:
    assert account_name(pa.array([account])).to_pylist() == [name]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("127.0.0.1", ""),
        ("-", ""),
        ("::1", ""),
        ("2001:DB8::1", "2001:db8::1"),
    ],
)
def test_an_address_has_one_form(text: str, address: str) -> None:
    assert plain_address(text) == address
