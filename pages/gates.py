"""What did every gate do at every step of my sequence?

Every signal of one layer as heatmaps over the sequence, under one crosshair.
"""

from explorer.ui import gates, show

show(__file__, gates.draw)
