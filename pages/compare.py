"""How do A and B differ?

Two models, two sequences, or one run with gates held; what each unit is good for; and many sequences by condition.
"""

from explorer.ui import compare, show

show(__file__, compare.draw)
