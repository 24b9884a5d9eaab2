"""What is known of groups, their tools and techniques, each relation with its reports and dates."""

from crossline.knowledge.compact import decode_compact, encode_compact, read_compact
from crossline.knowledge.joining import called, joined, sponsor_claims
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
from crossline.knowledge.reading import read_knowledge
from crossline.knowledge.shipped import FOLDER, case_files, case_knowledge, shipped_knowledge

__all__ = [
    "FOLDER",
    "Campaign",
    "Claim",
    "Group",
    "Knowledge",
    "Relation",
    "Report",
    "Software",
    "Technique",
    "called",
    "case_files",
    "case_knowledge",
    "decode_compact",
    "encode_compact",
    "joined",
    "read_compact",
    "read_knowledge",
    "shipped_knowledge",
    "sponsor_claims",
]
