"""How a stage tells how far it is, without knowing who listens."""

from typing import Protocol

__all__ = ["Progress", "Silent"]


class Progress(Protocol):
    """What a stage reports to: a task with a total, steps, and lines worth a person's eye."""

    def start(self, what: str, total: int | None, unit: str) -> None:
        """A new piece of work begins; `total` in `unit`s, None while unknown."""

    def advance(self, amount: int) -> None:
        """So many units more are done."""

    def say(self, line: str) -> None:
        """One line for a person."""


class Silent:
    """A listener that listens to nothing."""

    def start(self, what: str, total: int | None, unit: str) -> None:
        """Do nothing."""

    def advance(self, amount: int) -> None:
        """Do nothing."""

    def say(self, line: str) -> None:
        """Do nothing."""
