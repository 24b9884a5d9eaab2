"""A case folder: its settings, its side tables, and where things lie."""

from crossline.case.folder import Case, EvidenceRoot, open_case
from crossline.case.init import init_case
from crossline.case.lint import Fault, lint_case
from crossline.case.side_tables import SIDE_TABLES, SideTable

__all__ = [
    "SIDE_TABLES",
    "Case",
    "EvidenceRoot",
    "Fault",
    "SideTable",
    "init_case",
    "lint_case",
    "open_case",
]
