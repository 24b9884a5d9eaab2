"""What is known of groups, their tools and techniques, each relation with its reports and dates."""

from crossline.knowledge.compact import decode_compact, read_compact
from crossline.knowledge.model import (
    Campaign,
    Claim,
    Group,
    Knowledge,
    Relation,
    Report,
    Software,
    Technique,
)

__all__ = [
    "Campaign",
    "Claim",
    "Group",
    "Knowledge",
    "Relation",
    "Report",
    "Software",
    "Technique",
    "decode_compact",
    "read_compact",
]
