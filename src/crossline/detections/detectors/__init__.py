"""Detectors for what Sigma cannot say: habits, absences, rates and periods, by name."""

from crossline.detections.detectors.declared import DETECTORS, Detector
from crossline.detections.detectors.running import Detected, detect

__all__ = ["DETECTORS", "Detected", "Detector", "detect"]
