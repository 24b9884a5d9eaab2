"""Sigma: rules to a plan, the plan over events to hits, hits over time to findings."""

from crossline.sigma.conformance import match_file
from crossline.sigma.correlating import FINDINGS, correlate
from crossline.sigma.lacking import EVERY_FIELD, fields_lacking
from crossline.sigma.loading import load_rules
from crossline.sigma.logsources import Record, field_map_hash, formats
from crossline.sigma.matching import HITS, SIGNALS, Matches, match
from crossline.sigma.pack_notes import PackNotes, pack_notes
from crossline.sigma.packs import RuleFile, rule_files
from crossline.sigma.planning import Plan, plan
from crossline.sigma.records import ROUTED_BY, fields_seen, looked_at
from crossline.sigma.rules import Correlation, Filter, LogSource, Refused, Rule, RuleSet

__all__ = [
    "EVERY_FIELD",
    "FINDINGS",
    "HITS",
    "ROUTED_BY",
    "SIGNALS",
    "Correlation",
    "Filter",
    "LogSource",
    "Matches",
    "PackNotes",
    "Plan",
    "Record",
    "Refused",
    "Rule",
    "RuleFile",
    "RuleSet",
    "correlate",
    "field_map_hash",
    "fields_lacking",
    "fields_seen",
    "formats",
    "load_rules",
    "looked_at",
    "match",
    "match_file",
    "pack_notes",
    "plan",
    "rule_files",
]
