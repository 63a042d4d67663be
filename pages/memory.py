"""What is remembered, how long, and who wrote it?

One picture at a time: the ledger of a state, time constants, gradients through time, and forgetting.
"""

from explorer.ui import memory, show

show(__file__, memory.draw)
