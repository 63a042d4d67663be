"""The page Lessons, and the panel that a lesson runs in beside any page."""

from explorer.ui.learn.page import draw

__all__ = ["draw"]
