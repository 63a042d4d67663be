"""The words: every signal as each cell declares it, and the rest from a short file."""

from operator import attrgetter

import streamlit as st

from explorer.cells import CELLS
from explorer.languages import spoken
from explorer.lessons.glossary import read_glossary
from explorer.ui.parts.sentences import literal

_SPOKEN = attrgetter("spoken")


def glossary() -> None:
    """Draw the words of the course, then those of each kind of cell."""
    st.markdown(
        "\n".join(
            f"- **{literal(', '.join(term.names[:1]))}**: {literal(term.meaning)}" for term in read_glossary(spoken())
        )
    )
    for cell in CELLS.values():
        st.markdown(f"#### {cell.title}")
        st.markdown(
            "\n".join(f"- **{one.title}** *{one.symbol}*: {literal(one.meaning)}" for one in map(_SPOKEN, cell.words))
        )
