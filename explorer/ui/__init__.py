"""THE ONLY ROOM THAT SAYS st.: controls → Request, caches, link, messages. What is named here are the pages' doors."""

from explorer.ui import compare, gates, learn, memory, models, step, train, units
from explorer.ui.frame import show

__all__ = ["compare", "gates", "learn", "memory", "models", "show", "step", "train", "units"]
