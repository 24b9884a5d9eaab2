"""Errors for people, and the exit codes that go with them.

CrosslineError                  something went wrong, in words: what, where, what to do
├── UsageError                  wrong use or settings (exit code 2)
└── EvidenceError               evidence or a rule file could not be used (exit code 3)
"""

from enum import IntEnum

__all__ = ["CrosslineError", "EvidenceError", "ExitCode", "UsageError"]


class ExitCode(IntEnum):
    """What the process returns to its caller."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130


class CrosslineError(Exception):
    """Base of all errors that are shown as one line. `exit_code` is what the process returns."""

    exit_code = ExitCode.FAULT


class UsageError(CrosslineError):
    """Wrong arguments, settings or side tables: the message says what to change."""

    exit_code = ExitCode.USAGE


class EvidenceError(CrosslineError):
    """Evidence or a rule file that could not be used although the command was right."""

    exit_code = ExitCode.INCOMPLETE
