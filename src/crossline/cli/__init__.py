"""The command line: arguments in, one call, words out."""

from crossline.cli.app import app, main

__all__ = ["app", "main"]
