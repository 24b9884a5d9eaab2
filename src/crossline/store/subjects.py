"""What a text names in a case: an id, a rule, a host or an organisation."""

import pyarrow.compute as pc

from crossline.store.delta import Store
from crossline.store.lineage import find_row

__all__ = ["named"]

_OF_TABLES = {"detections": "detection", "intrusions": "intrusion", "events": "event"}
# Where a name is looked for: what it would be, table and column. A rule that did not run is one.
_NAMES = (
    ("rule", "rule_status", "rule_id"),
    ("rule", "detections", "rule_id"),
    ("host", "coverage", "host"),
    ("host", "detections", "host"),
    ("organisation", "sources", "organisation"),
)


def named(store: Store, text: str) -> set[str]:
    """What the text is in this case, such as "detection", "intrusion", "rule" or "host".

    Hosts are found whatever their letters' case, as logs write them in several ways. Empty: nothing
    in the case has that name.
    """
    found = find_row(store, text)
    if found is not None:
        return {_OF_TABLES.get(found[0].name, found[0].name.removesuffix("s"))}
    return {kind for kind, table, column in _NAMES if _holds(store, table, column, text)}


def _holds(store: Store, table: str, column: str, text: str) -> bool:
    values = pc.unique(store.read(table, [column])[column])
    if column == "host":
        return text.lower() in pc.utf8_lower(values).to_pylist()
    return text in values.to_pylist()
