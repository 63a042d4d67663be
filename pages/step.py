"""What exactly happens in one step?

One unit of one cell at one step: as a living diagram, as arithmetic, and each gate split into its causes.
"""

from explorer.ui import show, step

show(__file__, step.draw)
