"""Files to records: what evidence there is, and the records in it as their own texts."""

from crossline.evidence.listing import inventory
from crossline.evidence.reading import read
from crossline.evidence.sources import Fault, Parsed, Records, Source

__all__ = ["Fault", "Parsed", "Records", "Source", "inventory", "read"]
