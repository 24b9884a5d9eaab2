"""Indicators of compromise from feeds, searched for in the stored events."""

from crossline.detections.indicators.sweep import Swept, indicators_fingerprint, sweep

__all__ = ["Swept", "indicators_fingerprint", "sweep"]
