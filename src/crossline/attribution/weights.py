"""The fitted numbers, as shipped: weights of signs, never of groups.

`training/` makes the file and says from what. It is looked at with numpy only.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec
import numpy as np

from crossline.attribution.features import FEATURES
from crossline.attribution.profiles import Floats
from crossline.attribution.relative import VIEWS
from crossline.attribution.unknown import SIGNS

__all__ = ["Weights", "shipped_weights"]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    about: str
    rank: dict[str, dict[str, float]]
    temperature: float
    unknown: dict[str, float]
    unknown_constant: float
    unknown_share: float
    assert_from: float


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights by position.

    Attributes:
        rank: for each view of each sign (`relative.VIEWS` times `features.FEATURES`), in nats.
        temperature: what scores are divided by before they become shares.
        unknown: for each of `unknown.SIGNS`, in nats.
        unknown_constant: the constant of that sum.
        unknown_share: share of unknown groups among the cases that it was fitted on.
        assert_from: probability from which the first group is named.
    """

    rank: Floats
    temperature: float
    unknown: Floats
    unknown_constant: float
    unknown_share: float
    assert_from: float


@cache
def shipped_weights() -> Weights:
    """The weights in `content/attribution/weights.json`."""
    data = resources.files("crossline.content").joinpath("attribution/weights.json").read_bytes()
    file = msgspec.json.decode(data, type=_File)
    return Weights(
        rank=np.array([file.rank[view][name] for view in VIEWS for name in FEATURES]),
        temperature=file.temperature,
        unknown=np.array([file.unknown[name] for name in SIGNS]),
        unknown_constant=file.unknown_constant,
        unknown_share=file.unknown_share,
        assert_from=file.assert_from,
    )
