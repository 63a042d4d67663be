"""Hide a number: the reader works it out, the page checks it and shows the way."""

from collections.abc import Sequence

import streamlit as st

from explorer.cells import word
from explorer.measures import Equation
from explorer.measures.answers import judge, read_answer
from explorer.ui.parts.controls import bound
from explorer.ui.session.state import adjust
from explorer.ui.step.arithmetic import written_out
from explorer.ui.view.view import View


def exercise(view: View, equations: Sequence[Equation], unit: int, step: int) -> None:
    """The choice of what is hidden and, where something is, the question."""
    hideable = [one.signal for one in equations if one.signal in view.trace.signals]
    if view.request.step_page.hide not in hideable:
        adjust(hide="")
    st.radio(
        "Hide a number", ["", *hideable],
        format_func=lambda name: word(view.trace.kind, name).symbol if name else "nothing",
        horizontal=True, **bound("hide"),
    )  # fmt: skip
    asked = next((one for one in equations if one.signal == view.request.step_page.hide), None)
    if asked is None:
        st.caption("Hide one of this step's numbers and work it out from the others.")
        return
    title = word(view.trace.kind, asked.signal).title.lower()
    st.markdown(f"What is the {title} of unit {unit} at step {step + 1}? All you need stands in its equation above.")
    key = f"answer-{view.request.model}-{asked.signal}-{unit}-{step}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="question"):
        text = st.text_input(
            f"Your answer for {word(view.trace.kind, asked.signal).symbol}", key=key, width=200, placeholder="0.00"
        )
        shown = st.toggle("Show me the way", key=f"way-{key}")
    if text.strip():
        _check(asked, text)
    if shown:
        st.markdown(_way(asked))
        written_out([asked])


def _check(asked: Equation, text: str) -> None:
    answer = read_answer(text)
    if answer is None:
        st.warning("That is no number: type digits, like 0.73.", icon=":material/edit:")
        return
    verdict = judge(asked, answer)
    if verdict.grade == "right":
        st.success(f"Right. To four digits it is {asked.result.text}.", icon=":material/check:")
    elif verdict.grade == "near":
        st.info("Close: keep more digits on the way.", icon=":material/straighten:")
    else:
        st.warning(f"Not yet. {verdict.hint or 'Take the equation term by term.'}", icon=":material/refresh:")


def _way(asked: Equation) -> str:
    if asked.squash is None:
        return "Put the numbers into the equation, multiply first, then add."
    squash = asked.squash.written.format("sum")
    return f"Add up the parts (the sums over all inputs and all units are done already), then squash: {squash}."
