"""The report as Markdown, from the same page."""

import re

from crossline.report.html import template_environment
from crossline.report.page import Page
from crossline.report.paged import PagedTable
from crossline.report.wording import clipped, plain, stamp, thousands

__all__ = ["escaped", "render_markdown"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")
_MOST_ROWS = 100
_LONGEST_CELL = 200


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", plain(text))


def render_markdown(page: Page) -> str:
    """The whole report; tables are cut after a hundred rows, with the number left out."""
    environment = template_environment(autoescape=False)
    environment.filters["md"] = escaped
    text = environment.get_template("report.md.jinja").render(page=page, table=_table)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def _table(table: PagedTable) -> str:
    if not table.total:
        return f"{table.caption}: none."
    head = [column.label for column in table.columns]
    rows = table.rows.slice(0, _MOST_ROWS).to_pylist()
    lines = [f"{table.caption} ({table.total:,} rows):", ""]
    lines += [_line(head), _line(["---"] * len(head))]
    lines += [_line([_cell(row, each.key, each.kind) for each in table.columns]) for row in rows]
    if table.total > _MOST_ROWS:
        lines += ["", f"{table.total - _MOST_ROWS:,} further rows are left out here."]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(row: dict[str, object], key: str, kind: str) -> str:
    value = row[key]
    if value is None:
        return ""
    if kind == "time":
        return stamp(value)  # type: ignore[arg-type]
    if isinstance(value, int | float):
        return thousands(value)
    author = f", by {row['author']}" if kind == "rule" and row.get("author") else ""
    return escaped(clipped(f"{value}{author}", _LONGEST_CELL))
