"""Rows of tables that a later stage may not have written."""

from typing import Any

from crossline.report.facts import Facts

__all__ = ["rows_of_table"]


def rows_of_table(facts: Facts, name: str) -> list[dict[str, Any]]:
    """The rows by key, or none where no stage writes the table."""
    if name in facts.not_assessed:
        return []
    rows: list[dict[str, Any]] = facts.tables.read(name).to_pylist()
    return rows
