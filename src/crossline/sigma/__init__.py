"""Sigma: rules to a plan, the plan over events to hits, hits over time to findings."""

from crossline.sigma.conformance import match_file
from crossline.sigma.correlating import FINDINGS, correlate
from crossline.sigma.loading import load_rules
from crossline.sigma.logsources import field_map_hash, formats
from crossline.sigma.matching import HITS, SIGNALS, Matches, match
from crossline.sigma.planning import Plan, plan
from crossline.sigma.rules import Correlation, LogSource, Refused, Rule, RuleSet

__all__ = [
    "FINDINGS",
    "HITS",
    "SIGNALS",
    "Correlation",
    "LogSource",
    "Matches",
    "Plan",
    "Refused",
    "Rule",
    "RuleSet",
    "correlate",
    "field_map_hash",
    "formats",
    "load_rules",
    "match",
    "match_file",
    "plan",
]
