"""The archives that weights come in."""

from explorer.archives.archive import Archive

__all__ = ["Archive"]
