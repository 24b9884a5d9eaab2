"""What every section of `crossline.toml` has in common: frozen, and no unknown key."""

from msgspec import Struct

__all__ = ["Section"]


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One section of `crossline.toml`."""
