"""A layer for the ATT&CK Navigator: what was seen, what could have been, what could not.

Format: MITRE ATT&CK Navigator layer file, version 4.5. Techniques stand under their parents, as
in the page's heat map.
"""

import msgspec

from crossline.report.page import Page
from crossline.report.pictures.heat_map import Cell

__all__ = ["render_layer"]

_SCORES = {"intrusion": 100, "detected": 50, "observable": 0}
_LEGEND = (
    ("in an intrusion", "#1f5fa6"),
    ("detected, in no intrusion", "#8fafd2"),
    ("looked for, not seen", "#ffffff"),
)


def render_layer(page: Page) -> bytes:
    """The layer as JSON; a technique that no log could show is disabled, not scored."""
    cells = {cell.technique: cell for tactic in page.heat_map.tactics for cell in tactic.cells}
    layer = {
        "name": f"{page.masthead.title}: detections",
        "versions": {
            "attack": page.heat_map.version.partition(".")[0],
            "navigator": "4.9.0",
            "layer": "4.5",
        },
        "domain": "enterprise-attack",
        "description": page.heat_map.reading,
        "techniques": [_technique(cells[each]) for each in sorted(cells)],
        "gradient": {
            "colors": [color for _, color in reversed(_LEGEND)],
            "minValue": 0,
            "maxValue": 100,
        },
        "legendItems": [{"label": label, "color": color} for label, color in _LEGEND],
        "metadata": [
            {"name": "as of", "value": page.masthead.as_of},
            {"name": "TLP", "value": page.masthead.tlp.upper()},
            {"name": "settings", "value": page.masthead.fingerprint},
        ],
    }
    return msgspec.json.format(msgspec.json.encode(layer), indent=2) + b"\n"


def _technique(cell: Cell) -> dict[str, object]:
    told = {"techniqueID": cell.technique, "comment": cell.title}
    if cell.state not in _SCORES:
        return told | {"enabled": False}
    organisations = {"name": "organisations", "value": str(cell.organisations)}
    return told | {"enabled": True, "score": _SCORES[cell.state], "metadata": [organisations]}
