"""Public rules fire on logs that are no events of Windows: reader, names and log source agree."""

import json
import zipfile
from pathlib import Path

import pytest
from tests.end_to_end.conftest import Run

SHARED = Path(__file__).parents[3] / "shared"
RULES = SHARED / "sigma" / "sigma-rules.zip"
EVIDENCE = SHARED / "evidence"
FOLDERS = ("rules/linux/", "rules/web/", "rules/network/", "rules/cloud/", "rules/identity/")

IIS = (
    "#Fields: date time cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status\n"
    "2021-03-03 04:05:06 GET /x.aspx file=C:/Windows/win.ini curl/8 200\n"
)
M365 = {
    "CreationTime": "2023-07-10T12:32:49",
    "Operation": "Disable Strong Authentication.",
    "Workload": "AzureActiveDirectory",
}
ZEEK = "#separator \\x09\n#path\tdns\n#fields\tts\tuid\tquery\n1521911720.8\tCq\tx.onion.cab\n"


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not RULES.exists():
        pytest.skip("the public rules are not beside the checkout")
    folder = tmp_path_factory.mktemp("rules")
    with zipfile.ZipFile(RULES) as archive:
        for name in archive.namelist():
            if name.startswith(FOLDERS):
                archive.extract(name, folder)
    return folder


def titles(crossline: Run, evidence: Path, rules: Path) -> set[str]:
    found = crossline("scan", evidence, "--rules", rules, "--jsonl", "--quiet").stdout
    return {json.loads(line)["rule_title"] for line in found.splitlines()}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (IIS, "Suspicious Windows Strings In URI"),
        (ZEEK, "DNS TOR Proxies"),
        (json.dumps(M365), "Disabling Multi Factor Authentication"),
    ],
)
def test_a_rule_of_the_log_source_fires(
    crossline: Run, tmp_path: Path, rules: Path, text: str, title: str
) -> None:
    (tmp_path / "log").write_text(text + "\n")
    assert title in titles(crossline, tmp_path / "log", rules)


@pytest.mark.parametrize(
    ("archive", "title"),
    [
        ("linux.zip", "Binary Padding - Linux"),
        ("cloud.zip", "AWS IAM Backdoor Users Keys"),
    ],
)
def test_rules_fire_on_real_evidence(crossline: Run, rules: Path, archive: str, title: str) -> None:
    if not (EVIDENCE / archive).exists():
        pytest.skip("the public evidence is not beside the checkout")
    assert title in titles(crossline, EVIDENCE / archive, rules)
