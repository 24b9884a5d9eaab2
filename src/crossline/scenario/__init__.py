"""The demo world: evidence that crossline itself writes, so that it can be tried on nothing else.

Only the command line imports this package; it imports no stage of the product.
"""

from crossline.scenario.demo import write_demo

__all__ = ["write_demo"]
