"""The page Train: choices beside what comes of them."""

import streamlit as st

from explorer.errors import ExplorerError
from explorer.figures.training import series_parts
from explorer.training.plan import Known, Series, Text
from explorer.ui.bar.bar import short_bar
from explorer.ui.parts.messages import note
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, measure, narrow, sizes, theme
from explorer.ui.session.state import begin as take_request
from explorer.ui.session.state import current, publish
from explorer.ui.train.controls import train_controls
from explorer.ui.train.data import data_of
from explorer.ui.train.jobs import Mine, begin, mine, queue, trouble
from explorer.ui.train.progress import watch
from explorer.ui.train.recipe import recipe, same_training
from explorer.ui.train.results import draw_results

_LOST = (
    "The training went with its session: the page was loaded again, or the server began anew. Its choices are all "
    "here; press Train for the same networks."
)


def draw() -> None:
    """Choices on the left, folded where there is little room; what comes of them beside."""
    take_request("train")
    measure()
    publish()
    short_bar()
    queue().warm()
    if narrow() or current().cursor.presenter:
        with st.expander("What is trained", key="train-choices"):
            train_controls()
        _main()
        return
    left, right = st.columns([3, 10], gap="medium")
    with left:
        train_controls()
    with right:
        _main()


def _main() -> None:
    held = mine()
    if held is None or not held.job.active:
        _start(held)
    if held is None:
        _data()
    elif held.job.active:
        watch(held.job)
    else:
        _rested(held)


def _start(held: Mine | None) -> None:
    changed = held is not None and not same_training(recipe(), held.recipe)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="train-start"):
        label = "Train" if held is None or changed else "Train again"
        st.button(label, icon=":material/play_arrow:", key="train-begin", on_click=begin)
        if held is not None and held.job.status == "paused":
            st.button("Go on", icon=":material/resume:", key="train-on", on_click=queue().go_on, args=(held.job,))
        if changed:
            st.caption("The choices have changed: what is shown was trained with the earlier ones.", width="content")
    if trouble():
        st.warning(literal(trouble()), icon=":material/error:")
    elif held is None and recipe().began:
        st.info(_LOST, icon=":material/history:")


def _rested(held: Mine) -> None:
    job = held.job
    if job.status == "refused":
        st.warning(literal(job.sentence), icon=":material/error:")
    elif job.outcome is None:
        st.info("Cancelled before it had begun: nothing was learned.", icon=":material/info:")
        return
    elif job.outcome.stopped:
        steps = max(one.step for one in job.outcome.twins)
        word = "Paused" if job.status == "paused" else "Stopped"
        note(f"{word} at step {steps:,} of {job.steps:,}; what was learned until then is below.")
    if job.outcome is not None:
        draw_results(job, job.outcome)


def _data() -> None:
    """What would be learned, before anything is."""
    try:
        data = data_of(recipe())
        if isinstance(data, Series):
            _series(data)
        elif isinstance(data, Text):
            lines = len(data.labelled) or len(data.lines)
            st.markdown(
                literal(f"{lines:,} lines came: a tenth is held out and judged, a tenth chooses the best weights.")
            )
        elif isinstance(data, Known):
            st.markdown(literal(data.task().learned.replace("This network learned", "These networks will learn", 1)))
    except ExplorerError as sentence:
        if not trouble():
            st.warning(literal(str(sentence)), icon=":material/error:")


def _series(data: Series) -> None:
    known = data.task().known
    st.markdown(literal(f"{data.name}: each network will learn to say {_what(data.horizon)} from all values before."))
    st.plotly_chart(
        series_parts(data.values, known, data.held_out, data.unit, theme(), sizes()), theme=None, config=CONFIG,
        key="train-parts", alt=f"{len(data.values):,} values: {known:,} trained on, {data.held_out:,} held out",
    )  # fmt: skip


def _what(horizon: int) -> str:
    return "the next value" if horizon == 1 else f"the value {horizon} steps on"
