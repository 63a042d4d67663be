"""The Units page: which unit does what, over a corpus?"""

from explorer.ui.units.page import draw

__all__ = ["draw"]
