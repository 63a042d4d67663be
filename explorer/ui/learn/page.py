"""The page Lessons: the course, the words, and the teacher's page."""

from explorer.ui.bar.bar import short_bar
from explorer.ui.learn.contents import contents
from explorer.ui.learn.glossary import glossary
from explorer.ui.learn.teach import teach
from explorer.ui.parts.controls import switch
from explorer.ui.parts.window import measure
from explorer.ui.session.language import say
from explorer.ui.session.state import begin, current, publish

_PICTURES = {"course": "Course", "words": "Words", "teach": "For teachers"}


def draw() -> None:
    """One picture at a time."""
    begin("learn")
    measure()
    publish()
    short_bar()
    shown = current().learn_page.learn
    switch("What to see", "learn", list(_PICTURES), lambda name: say(_PICTURES[name]), label_visibility="collapsed")
    {"course": contents, "words": glossary, "teach": teach}[shown]()
