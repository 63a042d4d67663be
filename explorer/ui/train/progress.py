"""A training as it goes: how far each twin is, losses as they come, and the gates of one sequence as they learn."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import CELLS
from explorer.figures.training import Told, loss_curves
from explorer.film import as_sent, reel_of
from explorer.film.reel import Reel
from explorer.models import Model, single_threaded
from explorer.trace import Trace, record
from explorer.training.outcome import Arrays, model_of
from explorer.training.work import Job
from explorer.ui.parts.window import CONFIG, sizes, theme
from explorer.ui.served import component
from explorer.ui.session.kept import kept
from explorer.ui.train.jobs import queue
from explorer.ui.train.recipe import choose, recipe

_EACH = 1.0
"""Seconds between two looks at a training."""
_film = component(
    "film", "shared/component.js", "film/paint.js", "film/film.js", "film/mount.js", html="film/film.html",
    css="film/film.css",
)  # fmt: skip
_spoken = component(
    "spoken", "shared/component.js", "train/spoken.js", html="train/spoken.html", css="train/spoken.css"
)
_MOST_UNITS = 24
_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}


@st.fragment(run_every=_EACH)
def watch(job: Job) -> None:
    """Draw how it goes, anew each second; the whole page once it has come to rest."""
    single_threaded()  # a fragment's run is a thread of its own
    if not job.active:
        st.rerun()
    place, left = queue().place(job)
    _buttons(job)
    said = _said(job, place, left)
    st.markdown(said)
    _spoken(key="going-spoken", data={"text": _aloud(job, said)})
    for kind in job.plan.kinds:
        _bar(job, kind)
    if any(one.history for one in job.seen.values()):
        losses(job)
        _gates(job)


def losses(job: Job) -> None:
    """Losses on training data (faint) and on validation data, with those of answers without a network."""
    lines = [
        Told(
            f"{CELLS[kind].title}{f' {seed + 1}' if len(job.plan.seeds) > 1 else ''}", kind, values, at, name != "loss"
        )
        for (kind, seed), seen in job.seen.items()
        for name in ("training_loss", "loss")
        for at, values in [_points(seen.history, name)]
        if len(at)
    ]
    last = "; ".join(f"{one.name} {one.values[-1]:.3g}" for one in lines if not one.faint)
    st.plotly_chart(
        loss_curves(lines, job.floors, job.steps, theme(), sizes(), 250), theme=None, config=CONFIG, key="going-losses",
        alt=f"Losses over the updates: {last}",
    )  # fmt: skip
    st.caption("Lines: loss on values to choose by; faint: on training data; dotted: without a network.")


def norms(job: Job) -> None:
    """The norm of the gradient before it was clipped."""
    lines = [
        Told(CELLS[kind].title, kind, values, at)
        for (kind, seed), seen in job.seen.items()
        for at, values in [_points(seen.history, "gradient")]
        if seed == job.plan.seeds[0] and len(at)
    ]
    clip = {"clipped at": job.plan.settings.clip or 1.0}
    st.plotly_chart(
        loss_curves(lines, clip, job.steps, theme(), sizes(), 220, "gradient"), theme=None, config=CONFIG,
        key="going-norms", alt="Norm of the gradient over the updates",
    )  # fmt: skip


def film(data: dict[str, object], key: str) -> None:
    """A film as the browser plays it."""
    _film(key=key, data=data)


def seen_by(model: Model, shown: np.ndarray) -> Trace:
    """A model's run over the sequence that is watched, its steps named by its tokens."""
    labels = None if model.vocabulary is None else [model.vocabulary[one] for one in shown]
    return record(model, shown, labels)


def _points(history: Sequence[dict[str, float]], name: str) -> tuple[np.ndarray, np.ndarray]:
    return np.array([one["step"] for one in history]), np.array([one[name] for one in history])


def _buttons(job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="going-going"):
        stopping = job.status == "stopping"
        st.button(
            "Pause", icon=":material/pause:", key="going-pause", disabled=stopping, on_click=queue().pause, args=(job,)
        )
        st.button(
            "Cancel",
            icon=":material/close:",
            key="going-cancel",
            disabled=stopping,
            on_click=queue().cancel,
            args=(job,),
        )


def _said(job: Job, place: int, left: float) -> str:
    if job.status == "stopping":
        return "Stopping; what was learned stays."
    if place:
        return f"Waiting: {_ORDINALS.get(place, f'{place}th')} in line, about {_time(left)}."
    return f"Training: {job.share:.0%} done, about {_time(left)} left."


def _aloud(job: Job, said: str) -> str:
    """What a screen reader hears: a word at each tenth, not each second."""
    if job.status != "running":
        return said
    return f"Training, {int(job.share * 10) * 10} percent done."


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds / 5) * 5 if seconds > 10 else round(seconds))} s"
    return f"{seconds / 60:.0f} min"


def _bar(job: Job, kind: str) -> None:
    """How far all seeds of one cell are."""
    seen = [one for (known, _), one in job.seen.items() if known == kind]
    share = sum(one.step for one in seen) / (job.steps * len(seen))
    last = next((one.history[-1] for one in reversed(seen) if one.history), None)
    words = f"{CELLS[kind].title}: step {max(one.step for one in seen):,} of {job.steps:,}"
    if len(seen) > 1:
        words += f", seed {sum(one.step > 0 for one in seen)} of {len(seen)}"
    if last is not None:
        words += f" · loss {last['training_loss']:.3g}, to choose by {last['loss']:.3g}"
        words += f" · gradient {last['gradient']:.2g}"
    st.progress(min(1.0, share), words)


def _gates(job: Job) -> None:
    kinds = [kind for kind in job.plan.kinds if kind in job.weights and kind in job.cards]
    if not kinds or job.shown is None:
        return
    kind = shown_kind(kinds)
    film_menu(kinds)
    step, weights = job.weights[kind]  # read once: the queue's thread writes it meanwhile
    reel = _live_reel((job.name, kind, step), job.cards[kind], weights, job.shown)
    film(as_sent(reel, theme(), f"{job.name} {kind} live"), "going-gates")


@kept(8)
def _live_reel(key: tuple[str, str, int], _card: Mapping[str, Any], _weights: Arrays, _shown: NDArray[Any]) -> Reel:
    """The one frame of a training under way: weights change only where they are judged, the page looks each second."""
    _, kind, step = key
    model = model_of(kind, _card, _weights, step)
    units = range(min(model.hidden_size, _MOST_UNITS))
    return reel_of({step: seen_by(model, _shown)}, (), f"{CELLS[kind].title} after {step:,} updates", units=units)


def shown_kind(kinds: Sequence[str]) -> str:
    """Whose gates are shown."""
    return recipe().film if recipe().film in kinds else kinds[0]


def film_menu(kinds: Sequence[str]) -> None:
    """Whose gates to show, where there are several."""
    if len(kinds) < 2:
        return
    key = "going-film"
    st.session_state[key] = shown_kind(kinds)
    st.segmented_control(
        "Gates of", kinds, format_func=lambda kind: CELLS[kind].title, key=key, required=True,
        on_change=lambda: choose(film=st.session_state[key]), label_visibility="collapsed",
    )  # fmt: skip
