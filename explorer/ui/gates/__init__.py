"""The Gates page: what did every gate do at every step of my sequence?"""

from explorer.ui.gates.page import draw

__all__ = ["draw"]
