"""crossline: from the logs of several organisations over years to evidence-backed judgements."""

__all__ = ["__version__"]

__version__ = "0.1.0"
