"""What came of a training: the table, the pictures, the film, and the way on to every other page."""

import json
from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from explorer.cells import CELLS
from explorer.errors import ExplorerError
from explorer.figures.training import Told, forecast_lines, lag_lines
from explorer.film import Reel, as_page, as_sent, reel_of
from explorer.film import Told as Losses
from explorer.measures.lags import LagTest, lag_test
from explorer.models import Model
from explorer.trace import csv_bytes
from explorer.training.outcome import Outcome, Trained
from explorer.training.script import script_of, weights_file
from explorer.training.work import Job
from explorer.ui.bar.model_menu import choose_model
from explorer.ui.parts.download import download
from explorer.ui.parts.messages import note
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.session.detour import go_to
from explorer.ui.session.own import keep_trained
from explorer.ui.session.state import change, current
from explorer.ui.train.progress import film, film_menu, losses, norms, seen_by, shown_kind
from explorer.ui.train.recipe import choose, recipe

_PARTS = {"table": "Table", "film": "Film", "losses": "Losses", "take": "Take it on"}
_PICTURES = {"ahead": "Forecasts", "on": "Going on by itself", "lags": "Lag test"}
_PAGES = {"gates": "Gates", "step": "Step", "memory": "Memory"}
_FULL = "take-full"


def draw_results(job: Job, outcome: Outcome) -> None:
    """One part at a time."""
    for sentence in (*outcome.notes, *outcome.troubles()):
        st.warning(literal(sentence), icon=":material/warning:")
    _segments("part", _PARTS)
    {"table": _table, "film": _film, "losses": _losses, "take": _take}[recipe().part](job, outcome)


def _segments(name: str, words: dict[str, str]) -> None:
    key = f"came-{name}"
    st.session_state[key] = getattr(recipe(), name)
    st.segmented_control(
        name, list(words), format_func=words.__getitem__, key=key, required=True, label_visibility="collapsed",
        on_change=lambda: choose(**{name: st.session_state[key]}),
    )  # fmt: skip


def _table(_: Job, outcome: Outcome) -> None:
    verdict = outcome.verdict()
    st.markdown(f"#### {verdict}" if current().cursor.presenter else verdict)
    frame = pd.DataFrame(outcome.rows())
    if narrow():
        frame = frame.drop(columns="seconds")
    st.table(frame.rename(columns=_heads(outcome)).set_index(outcome.title), border="horizontal")
    if len(outcome.twins) > len(outcome.kinds):
        note("Mean over the seeds, in brackets the least and the greatest; seconds for one.")
    if outcome.truth is not None:
        _segments("picture", _PICTURES)
        {"ahead": _ahead, "on": _going_on, "lags": _lags}[recipe().picture](outcome)


def _heads(outcome: Outcome) -> dict[str, str]:
    """What stands over the columns; on a phone without units, which the picture below has."""
    unit = f", {outcome.unit}" if outcome.unit and not narrow() else ""
    heads = {"mae": f"MAE{unit}", "rmse": f"RMSE{unit}", "mape": "MAPE, %", "": outcome.title}
    return heads | ({"mape": "MAPE%", "parameters": "size"} if narrow() else {})


def _ahead(outcome: Outcome) -> None:
    _forecasts(outcome, {one.kind: one.said for one in _first(outcome)}, "forecasts")
    note(f"The held-out end; each value said {_far(outcome.horizon)} before it came, from all values until then.")


def _going_on(outcome: Outcome) -> None:
    _forecasts(outcome, {one.kind: one.going_on for one in _first(outcome)}, "going on")
    note("From the beginning of the held-out end each network reads what it said itself, never the truth.")


def _far(horizon: int) -> str:
    return "one step" if horizon == 1 else f"{horizon} steps"


def _forecasts(outcome: Outcome, said: dict[str, object], what: str) -> None:
    assert outcome.truth is not None
    lines = [Told(CELLS[kind].title, kind, values) for kind, values in said.items()]  # type: ignore[arg-type]
    labels = [str(at + 1) for at in range(len(outcome.truth))]
    st.plotly_chart(
        forecast_lines(outcome.truth, lines, labels, outcome.unit, theme(), sizes()), theme=None, config=CONFIG,
        key=f"came-{what}", alt=f"The held-out values and {what} of {', '.join(one.name for one in lines)}",
    )  # fmt: skip


def _lags(outcome: Outcome) -> None:
    assert outcome.truth is not None
    if len(outcome.truth) < 4:
        note("Fewer than four values are held out: too few for a lag test.")
        return
    tests = {
        one.kind: lag_test(one.said, outcome.truth, outcome.horizon) for one in _first(outcome) if one.said is not None
    }
    st.markdown(literal(_lag_words(tests)))
    lines = [Told(CELLS[kind].title, kind, test.errors) for kind, test in tests.items()]
    st.plotly_chart(
        lag_lines(lines, outcome.horizon, outcome.unit, theme(), sizes()), theme=None, config=CONFIG, key="came-lags",
        alt="Mean distance of the forecasts from the truth of so many steps before",
    )  # fmt: skip


def _lag_words(tests: dict[str, LagTest]) -> str:
    late = [CELLS[kind].title for kind, test in tests.items() if test.repeats]
    if not late:
        return "Every forecast is nearer to the value that it is about than to the last one known: they do forecast."
    return (
        f"{' and '.join(late)}: nearer to the last value known than to the one that is forecast, so the forecast is "
        "little more than yesterday's value."
    )


def _first(outcome: Outcome) -> list[Trained]:
    """The first seed's twins."""
    return [outcome.of(kind)[0] for kind in outcome.kinds]


def _losses(job: Job, _: Outcome) -> None:
    losses(job)
    norms(job)


def _film(job: Job, outcome: Outcome) -> None:
    film_menu(outcome.kinds)
    kind = shown_kind(outcome.kinds)
    reel = _reel(job, outcome, kind)
    film(as_sent(reel, theme(), f"{job.name} {kind}"), "film-player")
    left, right = st.columns(2) if not narrow() else (st.container(), st.container())
    with left:
        download("The film as HTML", lambda: as_page(reel).encode(), f"film-{kind}.html", "text/html", key="film-html")
    with right, st.container(horizontal=True, vertical_alignment="bottom"):
        steps = list(outcome.films[kind])
        st.selectbox(
            "A frame as a model", steps, index=len(steps) // 2, key="film-frame", format_func="step {:,}".format
        )
        st.button("Open on Gates", key="film-open", on_click=_open_frame, args=(outcome, kind))


def _open_frame(outcome: Outcome, kind: str) -> None:
    step = st.session_state["film-frame"]
    _open(outcome.of(kind)[0], "gates", outcome.films[kind][step], step)


def _reel(job: Job, outcome: Outcome, kind: str) -> Reel:
    """The film of one twin, made once."""
    kept: dict[tuple[str, str], Reel] = st.session_state.setdefault("film-reels", {})
    if (job.name, kind) not in kept:
        twin = outcome.of(kind)[0]
        traces = {step: seen_by(twin.model(one, step), outcome.shown) for step, one in outcome.films[kind].items()}
        told = [
            Losses(name, tuple((check["step"], check[key]) for check in twin.history))
            for key, name in (("training_loss", "training loss"), ("loss", "to choose by"))
        ]
        title = f"{twin.title} · {outcome.title}"
        if any(name != job.name for name, _ in kept):
            kept.clear()
        kept[job.name, kind] = reel_of(traces, told, title)
    return kept[job.name, kind]


def _take(job: Job, outcome: Outcome) -> None:
    """Models of this session, and downloads."""
    trouble = st.session_state.pop(_FULL, "")
    if trouble:
        st.warning(literal(trouble))
    for one in _first(outcome):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"take-row-{one.kind}"):
            st.markdown(f"**my {one.title}, step {one.best_step:,}**", width="content")
            for page, title in _PAGES.items():
                st.button(
                    title, key=f"take-{one.kind}-{page}", on_click=_open, args=(one, page), help=f"Open it on {title}"
                )
            _download("Weights", partial(weights_file, one), _file(one), "application/octet-stream")
            _download("Card", partial(_card, one), f"{_stem(one)}.json", "application/json")
    note(
        "The weights are those with the lowest loss on values to choose by. Opened, a network is a model of this "
        "session, beside those that you upload."
    )
    with st.container(horizontal=True, gap="small", key="take-all"):
        if len(outcome.kinds) > 1:
            st.button("Compare the first two", key="take-compare", on_click=_compare, args=(outcome,))
        _download("PyTorch script", lambda: script_of(job.plan.twins()).encode(), "train.py", "text/x-python")
        _download("Table", lambda: csv_bytes(pd.DataFrame(outcome.rows())), "table.csv", "text/csv")
    note(_prints(outcome.stopped, job.steps))


def _prints(stopped: bool, steps: int) -> str:
    """What the script does, which knows nothing of a stop."""
    if stopped:
        return f"The script trains these networks again, to the end: {steps:,} steps, so its table is another."
    return "The script trains these networks again and prints this table."


def _download(label: str, make: Callable[[], bytes], file: str, kind: str) -> None:
    download(label, make, file, kind, key=f"take-file-{file}")


def _stem(one: Trained, step: int | None = None) -> str:
    return f"my-{one.kind}-step-{one.best_step if step is None else step}"


def _file(one: Trained) -> str:
    return f"{_stem(one)}.safetensors"


def _card(one: Trained) -> bytes:
    return json.dumps(dict(one.card), indent=1, ensure_ascii=False).encode()


def _open(one: Trained, page: str, weights: object = None, step: int | None = None) -> None:
    """Let a twin be a model of the session, and go to it."""
    name = _kept(one.model(weights, step), f"{_stem(one, step)}.safetensors")  # type: ignore[arg-type]
    if name:
        choose_model(name)
        go_to(f"pages/{page}.py")


def _compare(outcome: Outcome) -> None:
    first, second = (outcome.of(kind)[0] for kind in outcome.kinds[:2])
    names = [_kept(one.model(), _file(one)) for one in (first, second)]
    if all(names):
        choose_model(names[0])
        change(compare="difference", against="model", rival=names[1])
        go_to("pages/compare.py")


def _kept(model: Model, file: str) -> str:
    try:
        return keep_trained(model, file)
    except ExplorerError as sentence:
        st.session_state[_FULL] = str(sentence)
        return ""
