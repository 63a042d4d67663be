"""The Compare page: how do A and B differ?"""

from explorer.ui.compare.page import draw

__all__ = ["draw"]
