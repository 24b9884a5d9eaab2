"""Where heavy work runs: this process or a pool of them, behind one interface.

A task is a module-level function and its argument, both picklable. The executor is that of
`concurrent.futures`, so that one that reaches other machines can take its place.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

from crossline.kernel.errors import CrosslineError

__all__ = ["in_order", "worker_pool"]

T = TypeVar("T")
R = TypeVar("R")
_MOST_WORKERS = 8


class _ThisProcess(Executor):
    """Runs each task at once, here."""

    def submit(self, fn: Callable[..., R], /, *args: object, **kwargs: object) -> Future[R]:
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # the caller sees it where it asks for the result
            future.set_exception(error)
        return future


def worker_pool(workers: int, tasks: int) -> Executor:
    """An executor for that many tasks; `workers` 0 means one per core, at most 8."""
    wanted = min(workers or min(os.cpu_count() or 1, _MOST_WORKERS), tasks)
    if wanted <= 1:
        return _ThisProcess()
    # "spawn": a forked child would inherit the locks of Arrow's threads.
    return ProcessPoolExecutor(wanted, mp_context=get_context("spawn"))


def in_order(
    executor: Executor, function: Callable[[T], R], tasks: Iterable[T], ahead: int = 16
) -> Iterator[R]:
    """Results in the order of the tasks, with at most `ahead` of them unfinished or unread.

    Raises whatever a task raised, when its turn comes, and CrosslineError if a worker died.
    """
    waiting: deque[Future[R]] = deque()
    ahead = 1 if isinstance(executor, _ThisProcess) else ahead
    try:
        for task in tasks:
            waiting.append(executor.submit(function, task))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenExecutor as error:
        raise CrosslineError(
            "a worker process was ended from outside, perhaps for lack of memory. Run it again; "
            "`--workers 1` needs least"
        ) from error
    finally:
        for future in waiting:
            future.cancel()
