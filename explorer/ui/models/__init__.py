"""The Models page: what is in this model, or in my checkpoint?"""

from explorer.ui.models.page import draw

__all__ = ["draw"]
