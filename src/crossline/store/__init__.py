"""Where the tables of a case lie: Delta Lake in a local folder."""

from crossline.store.access import Tables, UndeclaredTableError
from crossline.store.batches import joined
from crossline.store.delta import Part, Store, empty, sorted_by_key, table_digest
from crossline.store.files import NewFile, write_files
from crossline.store.lock import only_writer
from crossline.store.sql import connect, select

__all__ = [
    "NewFile",
    "Part",
    "Store",
    "Tables",
    "UndeclaredTableError",
    "connect",
    "empty",
    "joined",
    "only_writer",
    "select",
    "sorted_by_key",
    "table_digest",
    "write_files",
]
