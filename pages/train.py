"""How do gates come to be?

Networks that differ in their cell alone, trained side by side: the table, the forecasts, the film.
"""

from explorer.ui import show, train

show(__file__, train.draw)
