"""The page Lessons: the course, the words, and the teacher's page."""

import streamlit as st

from explorer.languages import known_languages, own_name, say
from explorer.ui.bar.bar import short_bar
from explorer.ui.learn.contents import contents
from explorer.ui.learn.glossary import glossary
from explorer.ui.learn.teach import teach
from explorer.ui.parts.controls import menu, switch
from explorer.ui.parts.window import measure
from explorer.ui.session.state import begin, current, publish

_PICTURES = {"course": "Course", "words": "Words", "teach": "For teachers"}


def draw() -> None:
    """One picture at a time."""
    begin("learn")
    measure()
    publish()
    short_bar()
    shown = current().learn_page.learn
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small", key="learn-head"):
        switch(say("What to see"), "learn", list(_PICTURES), lambda name: say(_PICTURES[name]),
               label_visibility="collapsed")  # fmt: skip
        names = {"": say("Browser's language")} | {one: own_name(one) for one in known_languages()}
        menu(say("Language"), "lang", list(names), names.__getitem__, label_visibility="collapsed", width=210)
    {"course": contents, "words": glossary, "teach": teach}[shown]()
