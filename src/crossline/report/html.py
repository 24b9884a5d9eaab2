"""The page as one HTML file: templates, one style, one script, and the rows as packed data."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import datetime
from importlib import resources

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from crossline.kernel.words import counted
from crossline.report.embed import coded, coded_lists, packed
from crossline.report.page import Page, Record
from crossline.report.paged import PagedTable
from crossline.report.techniques import technique_name
from crossline.report.wording import clipped, plain, stamp, thousands, visible

__all__ = ["render_html", "template_environment"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2}Z)?")
# Of one table, packed. Reason: with the records the page stays under 15 MB.
_MOST_BYTES = 8_000_000
_RECORD_COLUMNS = (
    "organisation", "file", "member", "locator", "position", "source_id", "sha256", "format",
    "host", "time", "uncertainty", "basis", "time_raw", "channel", "provider", "event_code",
    "also_at", "stories",
)  # fmt: skip


def template_environment(autoescape: bool) -> Environment:
    """Templates of the report; an undefined name is an error."""
    made = Environment(
        loader=PackageLoader("crossline", "content/report"),
        autoescape=autoescape,  # noqa: S701 - off for Markdown, which has its own escape
        undefined=StrictUndefined,
        trim_blocks=not autoescape,
        lstrip_blocks=not autoescape,
        keep_trailing_newline=True,
        finalize=_nothing_hidden,
    )
    made.filters |= {
        "thousands": thousands,
        "clipped": clipped,
        "counted": counted,
        "plain": plain,
        "stamp": _stamp,
        "unbroken": _unbroken,
        "technique_name": technique_name,
    }
    return made


def _unbroken(text: str) -> Markup:
    """The text with its dates kept on one line."""
    return Markup(_DATE.sub(r'<span class="nb">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped


def _nothing_hidden(value: object) -> object:
    """Any plain text on its way into the page: whatever log it came from, it hides nothing."""
    return visible(value) if type(value) is str else value


def _stamp(value: object) -> str:
    return stamp(value) if isinstance(value, datetime) else ""


def render_html(page: Page) -> str:
    """The whole file: no address of another file, and a policy that allows its own script alone."""
    fitted = {name: _fitted(table) for name, table in page.tables.items()}
    style, script = _asset("style.css") + _print_mark(page), _asset("page.js")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return template_environment(autoescape=True).get_template("page.html.jinja").render(
        page=page,
        tables={name: table for name, (table, _) in fitted.items()},
        quoted=_quoted(page),
        style=Markup(style),  # noqa: S704 - crossline's own file
        script=Markup(script),  # noqa: S704 - crossline's own file
        policy=policy,
        data=_data(page, {name: text for name, (_, text) in fitted.items() if text}),
    )  # fmt: skip


def _asset(name: str) -> str:
    return (resources.files("crossline") / "content" / "report" / name).read_text("utf-8")


def _print_mark(page: Page) -> str:
    """The Traffic Light Protocol marking in the margin of every printed sheet."""
    mark = f"TLP:{page.masthead.tlp.upper()}"
    return f'@page {{ @top-right {{ content: "{mark}"; font: bold 9px sans-serif; }} }}\n'


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _quoted(page: Page) -> list[Record]:
    """The records behind the judgements' chips: they stand in the page without script as well."""
    ids = dict.fromkeys(chip.row_id for claim in page.claims for chip in claim.chips)
    return [page.records[each] for each in ids if each in page.records]


def _fitted(table: PagedTable) -> tuple[PagedTable, str]:
    """The table with as many of its first rows as fit into the page, and these rows packed."""
    text = packed(_rows(table)) if table.total else ""
    while len(text) > _MOST_BYTES:
        table = replace(table, rows=table.rows.slice(0, table.rows.num_rows // 2))
        text = packed(_rows(table))
    return table, text


def _data(page: Page, rows: dict[str, str]) -> dict[str, Markup]:
    """Blocks of data by name; base64 holds nothing that could end a script element."""
    blocks = rows | {"records": packed(_records(page))}
    made = {name: Markup(text) for name, text in blocks.items()}  # noqa: S704 - base64
    labels = orjson.dumps(page.labels, option=orjson.OPT_SORT_KEYS).decode()
    return made | {"labels": Markup(labels)}  # noqa: S704 - ids and labels made here


def _rows(table: PagedTable) -> dict[str, object]:
    columns = [{"key": each.key, "label": each.label, "kind": each.kind} for each in table.columns]
    return {"columns": columns, "data": coded(table.rows)}


def _records(page: Page) -> dict[str, object]:
    rows = list(page.records.values())
    names = {name: None for each in rows for name, _ in each.fields}
    number = {name: n for n, name in enumerate(names)}
    return {
        "ids": [each.event_id for each in rows],
        "columns": {
            name: coded_lists([_shown(getattr(each, name)) for each in rows])
            for name in _RECORD_COLUMNS
        },
        "names": list(names),
        "fields": [
            [part for name, value in each.fields for part in (number[name], value)] for each in rows
        ],
        "claims": [
            {"number": each.number, "id": each.claim_id, "rows": each.rests_on}
            for each in page.claims
        ],
    }


def _shown(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
