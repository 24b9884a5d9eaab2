"""crossline: from the logs of several organisations over years to evidence-backed judgements."""

import os

__all__ = ["__version__"]

__version__ = "0.1.0"

# Arrow's allocator keeps freed memory for a while, which doubles what a worker holds; it reads
# this once, when Arrow is first loaded, so it stands before any import of it.
os.environ.setdefault("MIMALLOC_PURGE_DELAY", "0")
