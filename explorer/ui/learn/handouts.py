"""A step by hand for each student: a seed, the link to its sheet, and the solution."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from explorer.cells import CELLS, word
from explorer.languages import say
from explorer.models import random_model
from explorer.trace import Trace, record
from explorer.ui.parts.controls import number, switch
from explorer.ui.session.state import current

LINE = (1.0, 2.0, -1.0, 2.0, 0.0)
STEP = 2
_MOST_SEEDS = 400
_TRIED = 20
"""So many seeds are tried for each sheet."""
_LINK = "./step?model=random&kind={kind}&hidden=1&seed={seed}&text=1%202%20-1%202%200&step=2&unit=0"
_SAYS = (
    "Every student works out one step of a network of one unit. The weights are random and follow from the seed, so "
    "everyone has other numbers and you have every solution here. On the page behind a seed, “Print a handout” gives "
    "the sheet with blanks, “Print its solution” the sheet filled in; “Hide a number” checks an answer on screen."
)


class Sheet(NamedTuple):
    """One student's: the seed, and every signal's value at the step."""

    seed: int
    values: dict[str, float]


def handouts() -> None:
    """A row a student."""
    st.markdown(say(_SAYS))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="handouts"):
        number(say("Students"), "students", 1, 60, width=140)
        switch(say("Cell"), "kind", list(CELLS), lambda kind: CELLS[kind].title)
    chosen = current()
    kind = chosen.build.kind
    found = sheets(kind, chosen.learn_page.students)
    if len(found) < chosen.learn_page.students:
        st.caption(say("One unit of this cell gives too few steps that are worth working out: choose another cell."))
        return
    rows = [
        {
            say("Student"): f"{place}",
            say("Seed, and its page"): f"[seed {sheet.seed}]({_LINK.format(kind=kind, seed=sheet.seed)})",
            **{
                f"*{word(kind, name).symbol}*": f"{value:.3f}".replace("-", "−") for name, value in sheet.values.items()
            },
        }
        for place, sheet in enumerate(found, 1)
    ]
    st.table(pd.DataFrame(rows).set_index(say("Student")), border="horizontal")
    line = ", ".join(f"{value:g}" for value in LINE)
    st.caption(say("Step {step} of the line {line}, from zero states.").format(step=STEP + 1, line=line))


@st.cache_data(max_entries=16, show_spinner=False)
def sheets(kind: str, count: int) -> tuple[Sheet, ...]:
    """The first seeds whose step can be worked out to two digits: no value of it is nearer to 0 than 0.05.

    Args:
        kind: of the cell.
        count: of students; fewer are found where a cell of one unit has hardly any such step.
    """
    found: list[Sheet] = []
    for seed in range(1, _MOST_SEEDS):
        values = _values(record(random_model(kind, 1, 1, seed=seed), list(LINE)))
        if min(map(abs, values.values())) >= 0.05:
            found.append(Sheet(seed, values))
        if len(found) == count or seed > _TRIED * (1 + len(found)):
            break
    return tuple(found)


def _values(trace: Trace) -> dict[str, float]:
    return {name: float(trace[name][0, 0, STEP, 0]) for name in trace.signals}
