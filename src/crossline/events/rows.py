"""Records to rows: the columns of a batch, grown record by record, then handed to Arrow at once."""

from collections.abc import Sequence
from itertools import islice

import pyarrow as pa

from crossline.events.documents import Unreadable, document_of
from crossline.events.flattening import Flattener
from crossline.events.shapes import Plan, log_format, plan_for
from crossline.events.times import Clock
from crossline.evidence import Fault, Records, Source
from crossline.kernel.ids import digest, row_id
from crossline.tables import TABLES

__all__ = ["Rows"]
