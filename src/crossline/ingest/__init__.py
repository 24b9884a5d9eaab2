"""The stage that reads new evidence into the store, and the check that it is still the same."""

from crossline.ingest.comparing import MOST_SHOWN
from crossline.ingest.looking import identities_at, number_plans
from crossline.ingest.stage import run
from crossline.ingest.verify import Check, State, verify

__all__ = ["MOST_SHOWN", "Check", "State", "identities_at", "number_plans", "run", "verify"]
