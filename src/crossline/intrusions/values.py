"""What two events may have in common: the values of their records in a normal form."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address

import pyarrow as pa
import pyarrow.compute as pc

from crossline.intrusions.long_fields import long_fields
from crossline.intrusions.vocabulary import KINDS, STOPS, Kind

__all__ = ["account_name", "people", "plain_address", "shared_values"]

_FIELD_NAMES = frozenset(name for kind in KINDS for name in kind.fields)

_HASHES = (
    r"(?i)(?:^|sha256=)(?P<hash>[0-9a-f]{64})(?:$|[^0-9a-f])",
    r"(?i)(?:^|sha1=)(?P<hash>[0-9a-f]{40})(?:$|[^0-9a-f])",
    r"(?i)(?:^|[^p]hash=|md5=)(?P<hash>[0-9a-f]{32})(?:$|[^0-9a-f])",
)
# Ten random bytes already make a run rare; the quantifier stays below RE2's limit of 1,000.
_BASE64_RUN = "[A-Za-z0-9+/]{60,400}"
# In this order: what a name keeps when user, drive, GUID and counters are taken out.
_PATH_STEPS = (
    (r"^\\\?\?\\|^\\\\\?\\", ""),
    (r"^\\device\\harddiskvolume[0-9]+|^[a-z]:|^%systemdrive%", ""),
    (r"^(%systemroot%|\\systemroot)", r"\\windows"),
    (r"^\\users\\[^\\]+\\", r"\\users\\*\\"),
    (r"\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?", "*"),
    (r"[0-9]{4,}", "#"),
)


def _hash(values: pa.Array) -> pa.Array:
    found = [pc.struct_field(pc.extract_regex(values, pattern), "hash") for pattern in _HASHES]
    return pc.utf8_lower(pc.coalesce(*found))


def _path(values: pa.Array) -> pa.Array:
    values = pc.replace_substring(pc.utf8_lower(values), "/", "\\")
    for pattern, replacement in _PATH_STEPS:
        values = pc.replace_substring_regex(values, pattern, replacement)
    return values


def _folder(values: pa.Array) -> pa.Array:
    """The folder of a file, under the normal form of paths."""
    return pc.replace_substring_regex(_path(values), r"\\?[^\\]*$", "")


def _page(values: pa.Array) -> pa.Array:
    """Folder and name of a server page, as the web log and the file system both have it."""
    paths = pc.replace_substring(pc.utf8_lower(values), "\\", "/")
    found = pc.extract_regex(paths, r"(?P<page>[^/]+/[^/]+\.(?:aspx?|ashx|asmx|jspx?|php))$")
    return pc.struct_field(found, "page")


def _name(values: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(values))


def _address(values: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(_name(values), r"^::ffff:", "")


def _encoded(values: pa.Array) -> pa.Array:
    """The first long run of base64 letters: what an encoded command keeps wherever it stands."""
    found = pc.extract_regex(values, rf"(?:^|[^A-Za-z0-9+/])(?P<run>{_BASE64_RUN})")
    return pc.struct_field(found, "run")


def account_name(values: pa.Array) -> pa.Array:
    r"""Accounts without their domain (`DOMAIN\name`, `name@domain`) in lower case.

    Accounts that every machine has are null.
    """
    names = pc.replace_substring_regex(_name(values), r"^.*\\|@.*$", "")
    return _without(names, STOPS.accounts)


def people(accounts: Iterable[str]) -> dict[str, str]:
    """The accounts that are not on every machine, each with its name without domain."""
    distinct = sorted(set(accounts))
    names = account_name(pa.array(distinct, pa.string())).to_pylist()
    return {account: name for account, name in zip(distinct, names, strict=True) if name}


def plain_address(text: str) -> str:
    """An address in its short form, without port, IPv4 out of IPv6.

    `` for loopback, unset or no address.
    """
    bare = text.strip()
    host, _, port = bare.rpartition(":")
    try:
        address = ip_address(host if port.isdecimal() and host.count(".") == 3 else bare)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None) or address
    return "" if mapped.is_loopback or mapped.is_unspecified else str(mapped)


_FORMS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "hash": _hash,
    "path": _path,
    "folder": _folder,
    "page": _page,
    "name": _name,
    "address": _address,
    "account": account_name,
    "encoded": _encoded,
}


def _without(values: pa.Array, patterns: tuple[str, ...]) -> pa.Array:
    for pattern in patterns:
        values = pc.if_else(
            pc.match_substring_regex(values, pattern), pa.scalar(None, pa.string()), values
        )
    return values


def _of_kind(kind: Kind, long: pa.Table, codes: pa.Array) -> pa.Table:
    part = long.filter(pc.is_in(long["name"], pa.array(kind.fields)))
    if kind.codes:
        allowed = pc.is_in(codes.take(part["row"].combine_chunks()), pa.array(kind.codes))
        part = part.filter(allowed)
    encoded = part["value"].combine_chunks().dictionary_encode()
    normal = _without(_FORMS[kind.form](encoded.dictionary), kind.drop)
    texts = normal.take(encoded.indices)
    rows = pa.table(
        {
            "row": part["row"],
            "kind": pa.repeat(pa.scalar(kind.name), len(texts)),
            "text": texts,
        }
    )
    return rows.filter(pc.greater(pc.fill_null(pc.binary_length(texts), 0), 0))


def shared_values(fields: pa.MapArray, codes: pa.Array) -> pa.Table:
    """The values by which these records may be linked.

    A hash is taken only from a record that names a file outside the system's own folders: the
    hashes of the system's programs are shared by every machine of one patch level.

    Args:
        fields: the `fields` column of a batch of `events`.
        codes: its `event_code` column.

    Returns:
        A table of `row` (int64, index into `fields`), `kind` (name of a kind in `kinds.toml`)
        and `text` (normal form), without duplicates.
    """
    long = long_fields(fields, _FIELD_NAMES)
    parts = {kind.name: _of_kind(kind, long, codes) for kind in KINDS}
    own = pc.is_in(parts["hash"]["row"], parts["file"]["row"].combine_chunks())
    parts["hash"] = parts["hash"].filter(own)
    return pa.concat_tables(parts.values()).group_by(["row", "kind", "text"]).aggregate([])
