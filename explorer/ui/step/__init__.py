"""The Step page: what exactly happens in one step?"""

from explorer.ui.step.page import draw

__all__ = ["draw"]
