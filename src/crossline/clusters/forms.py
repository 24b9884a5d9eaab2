"""Normal forms of what an intruder leaves in records: what stays the same from place to place."""

import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network

__all__ = ["FORMS", "in_system_folder"]

_DEVICE = re.compile(r"^(\\\?\?\\|\\\\\?\\)")
_DRIVE = re.compile(r"^\\device\\harddiskvolume[0-9]+|^[a-z]:|^%systemdrive%")
_SYSTEM_ROOT = re.compile(r"^(%systemroot%|\\systemroot|%windir%)")
_USER = re.compile(r"^\\users\\(?!public\\|default\\)[^\\]+")
_GUID = re.compile(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?")
_NUMBER = re.compile(r"[0-9]+")
_SYSTEM = re.compile(r"^\\(windows|winnt|program files( \(x86\))?)(\\|$)")
_PASSWORD = re.compile(r"(?i)(?:^|\s)-h?p(?P<password>[^\s\"]{4,})")
_ARCHIVE = re.compile(r"(?i)(?:^|\s)a(?P<rest>(?:\s+-\S+)+(?:\s+\S+)*)\s*$")
_REMOTE = (
    (
        "wmic /node process call create",
        re.compile(r"(?i)wmic\S*\s+/node:.*process\s+call\s+create"),
    ),
    ("output by 127.0.0.1 admin share", re.compile(r"(?i)\\\\127\.0\.0\.1\\admin\$")),
    ("schtasks /s", re.compile(r"(?i)schtasks\S*\s+/\S*.*\s/s\s")),
    ("psexec", re.compile(r"(?i)\bpsexec\S*\s+\\\\")),
    ("paexec", re.compile(r"(?i)\bpaexec\S*\s+\\\\")),
    ("net use and at", re.compile(r"(?i)\bat(\.exe)?\s+\\\\")),
    ("sc create", re.compile(r"(?i)\bsc(\.exe)?\s+\\\\\S+\s+create")),
)
_SQL_WORD = re.compile(r"(?i)\b(select|from|where|and|order by|insert|update|delete)\b")
_OWN_NETWORKS = tuple(
    ip_network(each)
    for each in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "0.0.0.0/8",
        "224.0.0.0/3",
        "::/127",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
)


def _path(text: str) -> str:
    path = text.strip().strip('"').lower().replace("/", "\\")
    path = _DRIVE.sub("", _DEVICE.sub("", path))
    path = _USER.sub(r"\\users\\*", _SYSTEM_ROOT.sub(r"\\windows", path))
    return _GUID.sub("*", re.sub(r"(\.(?:exe|dll|sys))[\s\"].*$", r"\1", path))


def in_system_folder(text: str) -> bool:
    """Whether a path lies where the system and installed programs lie, or is no full path."""
    path = _path(text)
    return not path.startswith("\\") or _SYSTEM.match(path) is not None


def _folder(text: str) -> str:
    return _path(text).rpartition("\\")[0]


def _file(text: str) -> str:
    return _path(text).rpartition("\\")[2]


def _name(text: str) -> str:
    """In lower case, with counters and GUIDs taken out."""
    return _NUMBER.sub("#", _GUID.sub("*", text.strip().lower()))


def _text(text: str) -> str:
    return text.strip().lower().replace("+", " ")


def _url(text: str) -> str:
    return text.strip().lower().partition("?")[0]


def _account(text: str) -> str:
    return text.strip().lower().rpartition("\\")[2].partition("@")[0]


def _hash_of(text: str, name: str) -> str:
    found = re.search(rf"(?i)\b{name}=([0-9a-f]+)", text)
    value = found[1].lower() if found else ""
    return "" if set(value) <= {"0"} else value


def _address(text: str) -> str:
    """An address outside the organisations' own networks, in its short form."""
    bare = text.strip().removeprefix("::ffff:").partition(" ")[0]
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return ""
    own = any(address in network for network in _OWN_NETWORKS if network.version == address.version)
    return "" if own else str(address)


def _network(text: str) -> str:
    address = _address(text)
    return address.rpartition(".")[0] + ".0/24" if address.count(".") == 3 else ""


def _domain(text: str) -> str:
    name = text.strip().lower().rstrip(".")
    return name if "." in name else ""


def _archive(text: str) -> str:
    """The switches of an archiver that takes a password, in their order, and what it names.

    The password itself is never kept.
    """
    found = _ARCHIVE.search(text)
    if not found or not _PASSWORD.search(found["rest"]):
        return ""
    return " ".join(["a", *(_argument(word) for word in found["rest"].split())])


def _argument(word: str) -> str:
    if _PASSWORD.match(word):
        return word[: 3 if word[:3].lower() == "-hp" else 2].lower() + "…"
    if word.startswith("-"):
        return word.lower()
    extension = re.search(r"\.[A-Za-z0-9]{1,4}$", word)
    return "*" + (extension[0].lower() if extension else "")


def _password(text: str) -> str:
    """The shape of an archive password: runs of letters and digits, never their content."""
    if not _archive(text):
        return ""
    found = _PASSWORD.search(text)
    word = found["password"] if found else ""
    shape = re.sub(
        r"[a-z]{3,}", "word ", re.sub(r"[A-Z]", "A", re.sub(r"[0-9]{4,}", "9999 ", word))
    )
    mixed = re.sub(r"[A-Za-z](?![a-z]|ord)|[0-9]", "x", shape)
    kind = "word and digits" if re.fullmatch(r"word (9999 )+", shape) else ""
    return kind or f"mixed, {len(word)} characters" if mixed else ""


def _remote(text: str) -> str:
    return next((name for name, pattern in _REMOTE if pattern.search(text)), "")


def _sql(text: str) -> str:
    """How a query is written: case of the words, how subscribers are named, how it is cut."""
    words = _SQL_WORD.findall(text)
    if not words or words[0].lower() != "select":
        return ""
    upper = sum(word.isupper() for word in words)
    case = "upper" if upper == len(words) else "lower" if not upper else "mixed"
    low = text.lower()
    parts = [case]
    parts.append("in list" if " in (" in low else "join" if " join " in low else "one value")
    parts += [name for name in ("rownum", "limit", "fetch first", "order by") if name in low]
    return ", ".join(parts)


FORMS: dict[str, Callable[[str], str]] = {
    "folder": _folder,
    "file": _file,
    "name": _name,
    "text": _text,
    "url": _url,
    "account": _account,
    "imphash": lambda text: _hash_of(text, "IMPHASH"),
    "sha256": lambda text: _hash_of(text, "SHA256"),
    "address": _address,
    "network": _network,
    "domain": _domain,
    "archive": _archive,
    "password": _password,
    "remote": _remote,
    "sql": _sql,
}
"""Each normal form by its name in `signs.toml`; the empty text means that there is no sign."""
