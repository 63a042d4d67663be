"""Take me through it.

The course beside any page, the words, and the teacher's page.
"""

from explorer.ui import learn, show

show(__file__, learn.draw)
