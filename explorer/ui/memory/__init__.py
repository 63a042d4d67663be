"""The Memory page: what is remembered, how long, and who wrote it?"""

from explorer.ui.memory.page import draw

__all__ = ["draw"]
