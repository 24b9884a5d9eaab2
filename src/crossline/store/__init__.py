"""Where the tables of a case lie: Delta Lake in a local folder."""

from crossline.store.access import Tables, UndeclaredTableError
from crossline.store.delta import Store, empty, sorted_by_key, table_digest

__all__ = ["Store", "Tables", "UndeclaredTableError", "empty", "sorted_by_key", "table_digest"]
