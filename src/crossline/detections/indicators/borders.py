"""Which bytes may touch an indicator, as tables by kind and byte, so that no hit is a call."""

import re

import numpy as np
from numpy.typing import NDArray

from crossline.detections.indicators.kinds import KINDS

__all__ = ["AFTER", "BEFORE", "DOT_GOES_ON", "KIND_NUMBERS"]

KIND_NUMBERS: dict[str, int] = {name: number for number, name in enumerate(KINDS)}


def _table(classes: list[str]) -> NDArray[np.bool_]:
    """For each class of characters, the bytes in it; bytes of letters beyond ASCII are in all."""
    rows = [
        [number >= 128 or re.fullmatch(each, chr(number)) is not None for number in range(256)]
        for each in classes
    ]
    return np.array(rows, np.bool_)


BEFORE = _table([kind.not_before for kind in KINDS.values()])
AFTER = _table([kind.not_after for kind in KINDS.values()])
DOT_GOES_ON = np.array([kind.dot_goes_on for kind in KINDS.values()], np.bool_)
