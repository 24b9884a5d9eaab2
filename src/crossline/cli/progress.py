"""Progress on standard error: bars for a terminal, plain lines elsewhere."""

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

__all__ = ["Terminal"]

_EVERY_S = 5.0


class Terminal:
    """Shows each piece of work with its rate and remaining time; says a line when one ends."""

    def __init__(self, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False)
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=quiet or not sys.stderr.isatty(),
        )
        self._task: int | None = None
        self._what, self._unit, self._done, self._total = "", "", 0, 0
        self._began = self._spoke = time.monotonic()

    def __enter__(self) -> "Terminal":
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def start(self, what: str, total: int | None, unit: str) -> None:
        """Begin a new piece of work; the one before it is over."""
        if self._task is not None:
            self._bars.remove_task(self._bars.task_ids[-1])
        self._task = self._bars.add_task(what, total=total, rate="")
        self._what, self._unit, self._done, self._total = what, unit, 0, total or 0
        self._began = self._spoke = time.monotonic()

    def advance(self, amount: int) -> None:
        """Show how far it is; without a terminal, a line every five seconds."""
        self._done += amount
        passed = max(time.monotonic() - self._began, 1e-3)
        rate = f"{_amount(self._done / passed, self._unit)}/s"
        if self._bars.disable:
            if time.monotonic() - self._spoke > _EVERY_S:
                self._spoke = time.monotonic()
                done = _amount(self._done, self._unit)
                self.say(f"{self._what}: {done}, {rate}{self._remaining(passed)}")
        elif self._task is not None:
            self._bars.update(self._bars.task_ids[-1], advance=amount, rate=rate)

    def _remaining(self, passed: float) -> str:
        if not self._total or not self._done:
            return ""
        left = passed * (self._total - self._done) / self._done
        return f", about {left:.0f} s left"

    def say(self, line: str) -> None:
        """One line on standard error."""
        self._console.print(line, markup=False, soft_wrap=True)


def _amount(number: float, unit: str) -> str:
    if unit == "byte":
        return f"{number / 1e6:,.1f} MB"
    return f"{number:,.0f} {unit}s"
