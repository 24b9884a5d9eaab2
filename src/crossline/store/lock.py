"""One writer of a case at a time: two would take out each other's rows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crossline.kernel.errors import UsageError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["only_writer"]


@contextmanager
def only_writer(root: Path) -> Iterator[None]:
    """Hold the store for writing; given up when the process ends, however it ends.

    Raises:
        UsageError: another process holds it.
    """
    handle = os.open(root / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UsageError(
                    f"{root.parent}: another run writes this case. Wait until it has ended"
                ) from error
        yield
    finally:
        os.close(handle)
