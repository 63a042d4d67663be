"""What is in this model, or in my checkpoint?

Its shapes, its parameters by gate, its code; and random weights of any shape to build.
"""

from explorer.ui import models, show

show(__file__, models.draw)
