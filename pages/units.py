"""Which unit does what?

Units over a whole corpus, one picture at a time: the text in colour, where a range's units are on elsewhere, and more.
"""

from explorer.ui import show, units

show(__file__, units.draw)
