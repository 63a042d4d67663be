"""The Train page: how do gates come to be?"""

from explorer.ui.train.page import draw

__all__ = ["draw"]
