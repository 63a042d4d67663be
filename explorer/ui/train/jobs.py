"""This session's training in the server's queue."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.runtime import exists, get_instance

from explorer.errors import ExplorerError
from explorer.training import Settings
from explorer.training.plan import Known, Plan
from explorer.training.work import Job, Queue
from explorer.ui.session.who import session_of
from explorer.ui.train.data import data_of
from explorer.ui.train.recipe import Recipe, choose, recipe

_JOB, _TROUBLE = "training", "training-trouble"


@dataclass(frozen=True, eq=False)
class Mine:
    """A training and the choices that it was made from."""

    job: Job
    recipe: Recipe


@st.cache_resource(show_spinner=False)
def queue() -> Queue:
    """The server's one queue."""
    return Queue()


def mine() -> Mine | None:
    """This session's training, if there is one."""
    return st.session_state.get(_JOB)


def trouble() -> str:
    """Why the last one could not begin."""
    return str(st.session_state.get(_TROUBLE, ""))


def settings_of(chosen: Recipe) -> Settings:
    """Sizes, course and beginning as `Plan` takes them."""
    return Settings(
        hidden_size=chosen.hidden,
        num_layers=chosen.layers,
        steps=chosen.steps,
        rate=chosen.rate,
        batch_size=chosen.batch if chosen.data != "task" else None,
        clip=chosen.clip,
        dropout=chosen.dropout / 100,
        bias=chosen.bias if chosen.begins == "bias" else None,
        longest=chosen.longest if chosen.begins == "chrono" else None,
    )


def plan_of(chosen: Recipe) -> Plan:
    """What the choices train.

    Raises:
        ExplorerError: the data make none.
    """
    return Plan(data_of(chosen), chosen.kinds, tuple(range(chosen.seeds)), settings_of(chosen))


def begin() -> None:
    """Let the choices be trained: for callbacks."""
    chosen = recipe()
    st.session_state.pop(_TROUBLE, None)
    try:
        plan = plan_of(chosen)
        if not isinstance(plan.data, Known):
            plan.twins()  # so that what cannot be trained is said at once
        job = queue().submit(plan, session_of(), _alive())
    except ExplorerError as sentence:
        st.session_state[_TROUBLE] = str(sentence)
        return
    st.session_state[_JOB] = Mine(job, replace(chosen, began=1))
    choose(began=1)


def _alive() -> Callable[[], bool]:
    """Whether the browser tab is still there; without a server it always is."""
    session = session_of()
    if not exists():
        return lambda: True
    runtime = get_instance()
    return lambda: runtime.is_active_session(session)
