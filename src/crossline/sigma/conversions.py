"""What one kind of record says, in the words of another: values of views (`views.toml`).

Each conversion takes the recorded texts of its source fields (None: absent; several values of a
field are joined by line breaks) and gives the text that rules expect, or None if there is none.
Sources: Microsoft's descriptions of events 4688, 4657, 5156 and of Sysmon's fields; SIGMA.md 3.
"""

import re
from collections.abc import Callable, Sequence

__all__ = ["CONVERSIONS", "Conversion"]

Texts = Sequence[str | None]
Conversion = Callable[[Texts, str], str | None]

_INTEGRITY_LEVELS = {
    "s-1-16-4096": "Low",
    "s-1-16-8192": "Medium",
    "s-1-16-8448": "Medium",
    "s-1-16-12288": "High",
    "s-1-16-16384": "System",
}
_OPERATIONS = {"%%1904": "SetValue", "%%1905": "SetValue", "%%1906": "DeleteValue"}
_HIVES = (
    (r"\REGISTRY\MACHINE", "HKLM"),
    (r"\REGISTRY\USER", "HKU"),
)
_VALUE_WIDTHS = {"%%1876": ("DWORD", 8), "%%1883": ("QWORD", 16)}
_PROTOCOLS = {"6": "tcp", "17": "udp"}
_INBOUND, _OUTBOUND = "%%14592", "%%14593"
_VOLUME = re.compile(r"\\device\\harddiskvolume\d+\\", re.IGNORECASE)


def _copy(texts: Texts, _: str) -> str | None:
    return texts[0]


def _first(texts: Texts, _: str) -> str | None:
    return next((text for text in texts if text is not None), None)


def _path(texts: Texts, _: str) -> str | None:
    """Device paths under the drive letter C, which is a reading: the record does not hold it."""
    return None if texts[0] is None else _VOLUME.sub(r"C:\\", texts[0], count=1)


def _decimal(texts: Texts, _: str) -> str | None:
    text = texts[0]
    if text is None or not re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}", text):
        return text
    return str(int(text, 16))


def _integrity_level(texts: Texts, _: str) -> str | None:
    return _INTEGRITY_LEVELS.get((texts[0] or "").lower())


def _account(texts: Texts, _: str) -> str | None:
    """Domain and name of the first account that is named: pairs of domain and name."""
    for domain, name in zip(texts[::2], texts[1::2], strict=True):
        if name and name != "-":
            return f"{domain}\\{name}" if domain and domain != "-" else name
    return None


def _outbound(texts: Texts, _: str) -> str | None:
    return {_OUTBOUND: "true", _INBOUND: "false"}.get(texts[0] or "")


def _protocol(texts: Texts, _: str) -> str | None:
    return _PROTOCOLS.get(texts[0] or "", texts[0])


def _initiator(texts: Texts, _: str) -> str | None:
    """The filtering platform names the local end first; Sysmon names the end that connects."""
    return texts[2] if texts[0] == _INBOUND else texts[1]


def _registry_operation(texts: Texts, _: str) -> str | None:
    return _OPERATIONS.get(texts[0] or "")


def _registry_path(texts: Texts, _: str) -> str | None:
    key, value = texts
    if key is None:
        return None
    for prefix, short in _HIVES:
        if key.upper().startswith(prefix):
            key = short + key[len(prefix) :]
    return f"{key}\\{value}" if value and value != "-" else key


def _registry_value(texts: Texts, _: str) -> str | None:
    kind, value = texts
    if kind not in _VALUE_WIDTHS or value is None or not value.isdecimal():
        return value
    name, digits = _VALUE_WIDTHS[kind]
    number = f"{int(value):0{digits}x}"
    return f"{name} (0x{number})" if digits == 8 else f"{name} (0x{number[:8]}-0x{number[8:]})"


def _hash(texts: Texts, name: str) -> str | None:
    found = re.search(rf"\b{name}=([0-9A-Fa-f]+)", texts[0] or "", re.IGNORECASE)
    return found[1] if found else None


def _named_line(texts: Texts, name: str) -> str | None:
    found = re.search(rf"^\s*{name}=(.*?)\s*$", texts[0] or "", re.MULTILINE)
    return found[1] if found else None


def _uri(texts: Texts, _: str) -> str | None:
    stem, query = texts
    return f"{stem}?{query}" if stem and query and query != "-" else stem


def _blanks(texts: Texts, _: str) -> str | None:
    """IIS writes `+` for the blanks of a user agent; a text with blanks is left as it is."""
    text = texts[0]
    return text.replace("+", " ") if text and " " not in text else text


def _joined(texts: Texts, _: str) -> str | None:
    return " ".join(text for text in texts if text is not None) or None


CONVERSIONS: dict[str, Conversion] = {
    "account": _account,
    "blanks": _blanks,
    "copy": _copy,
    "decimal": _decimal,
    "first": _first,
    "hash": _hash,
    "initiator": _initiator,
    "integrity_level": _integrity_level,
    "joined": _joined,
    "named_line": _named_line,
    "outbound": _outbound,
    "path": _path,
    "protocol": _protocol,
    "registry_operation": _registry_operation,
    "registry_path": _registry_path,
    "registry_value": _registry_value,
    "uri": _uri,
}
"""Conversions by the name that `views.toml` uses."""
