"""What people read and machines import: one HTML page, Markdown, tables and a manifest."""

from crossline.report.stage import run

__all__ = ["run"]
