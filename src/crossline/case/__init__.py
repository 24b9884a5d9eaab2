"""A case folder: its settings, its side tables, and where things lie."""

from crossline.case.decisions import (
    KINDS,
    Decision,
    add_decision,
    day_of,
    in_force,
    new_decision,
    read_decisions,
    take_back,
)
from crossline.case.folder import Case, EvidenceRoot, open_case
from crossline.case.init import init_case
from crossline.case.keys import case_key, key_folder, recorded_key_id
from crossline.case.lint import Fault, lint_case
from crossline.case.side_tables import SIDE_TABLES, SideTable

__all__ = [
    "KINDS",
    "SIDE_TABLES",
    "Case",
    "Decision",
    "EvidenceRoot",
    "Fault",
    "SideTable",
    "add_decision",
    "case_key",
    "day_of",
    "in_force",
    "init_case",
    "key_folder",
    "lint_case",
    "new_decision",
    "open_case",
    "read_decisions",
    "recorded_key_id",
    "take_back",
]
