"""The words: every signal as each cell declares it, and the rest from a short file."""

import streamlit as st

from explorer.cells import CELLS
from explorer.lessons.glossary import read_glossary
from explorer.ui.parts.sentences import literal
from explorer.ui.session.language import say


def glossary() -> None:
    """Draw the words of the course, then those of each kind of cell."""
    st.markdown(
        "\n".join(f"- **{literal(', '.join(term.names[:1]))}**: {literal(term.meaning)}" for term in read_glossary())
    )
    for cell in CELLS.values():
        st.markdown(f"#### {cell.title}")
        st.markdown(
            "\n".join(f"- **{say(one.title)}** *{one.symbol}*: {literal(say(one.meaning))}" for one in cell.words)
        )
