"""Reports for one audience: a case with one organisation's rows, told and written anew."""

from crossline.sharing.share import share

__all__ = ["share"]
