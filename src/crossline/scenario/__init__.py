"""The synthetic telecom world: logs of invented operators whose truth is known.

Only the command line imports this package; it imports no stage of the product.
"""

from crossline.scenario.build import PROFILES, Built, build

__all__ = ["PROFILES", "Built", "build"]
