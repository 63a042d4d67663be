"""What B is, where it is another model or another sequence."""

import re
from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.errors import CheckpointError, EncodingError
from explorer.models import Model, list_models, load_card, load_model
from explorer.models.model.bundle import place_of
from explorer.models.model.frames import with_weights
from explorer.sequences import Encoded
from explorer.trace import record
from explorer.training import read_film, task_of
from explorer.ui.compare.change import minimal_pair, one_more
from explorer.ui.session.catalogue import RANDOM, example_at, model_names, model_title, shown_text
from explorer.ui.session.own import own, uploads
from explorer.ui.session.request import Request, is_upload
from explorer.ui.view.data_in_hand import data_in_hand
from explorer.ui.view.view import View, look

MOST_TYPED = 3_000
"""So many characters of a second sequence a link can carry beside the first."""


def rival_names(view: View) -> tuple[str, ...]:
    """The models that can read A's sequence too: twins of its task first, then points of A's own training.

    A point of a training is ``name@updates``, other random weights are ``random@seed``.
    """
    request, model = view.request, view.model
    known = [*(uploads() if is_upload(request.model) else ()), *model_names()]
    known += [name for name in uploads() if name not in known]
    others = [name for name in known if name not in (request.model, RANDOM) and _reads_alike(name, view)]
    task = str(model.card.get("task", ""))
    at_hand = list_models()
    twins = [name for name in others if task and name in at_hand and load_card(name).get("task") == task]
    seeds = [f"{RANDOM}@{request.build.seed + 1}"] if request.model == RANDOM else [RANDOM]
    return (*twins, *film_points(request.model), *(name for name in others if name not in twins), *seeds)


def rival_title(name: str) -> str:
    """How the menu calls a rival."""
    model, _, point = name.partition("@")
    if not point:
        return model_title(model)
    return f"Random weights, seed {point}" if model == RANDOM else f"{model_title(model)} after {int(point):,} updates"


def film_points(name: str) -> tuple[str, ...]:
    """A few points of a bundled model's own training, where its film is kept."""
    steps = _steps(name)
    if not steps:
        return ()
    wanted = sorted({steps[round(share * (len(steps) - 1))] for share in (0, 0.25, 0.5, 0.75, 0.9)})
    return tuple(f"{name}@{step}" for step in wanted)


def chosen_rival(view: View) -> str:
    """The rival that the request names, or the first there is."""
    known = rival_names(view)
    wanted = view.request.compare_page.rival
    gone = is_upload(wanted) and wanted != view.request.model  # its page says so, and shows no other in its place
    return wanted if wanted in known or gone or _is_point(wanted, view) else known[0]


def rival_view(view: View) -> View:
    """A's sequence in another model.

    Raises:
        ExplorerError: it cannot read the sequence.
    """
    name, _, point = chosen_rival(view).partition("@")
    request = view.request
    if point and name != RANDOM:
        return _at_point(view, name, int(point))
    upload = data_in_hand()
    wanted = _same_sequence(view, name).but(model=name, seed=int(point) if point else request.build.seed)
    if name == RANDOM and request.model != RANDOM:
        wanted = wanted.but(kind=view.model.kind, hidden=view.model.hidden_size, layers=view.model.num_layers,
                         both=view.model.num_directions == 2)  # fmt: skip
    return look(wanted, upload)


def sequence_view(view: View) -> View:
    """Another sequence in A's model.

    Raises:
        ExplorerError: the model cannot read it.
    """
    return look(view.request.but(source="typed", text=other_text(view), scaling="none"), None)


def other_text(view: View) -> str:
    """B's sequence: what was typed, or A's with one telling change."""
    if view.request.compare_page.other:
        return view.request.compare_page.other
    text, vocabulary = text_of(view), view.model.text
    pair = changed_once(view, text)
    if not _typed_as_text(view) or vocabulary is None or vocabulary.unit == "character" or vocabulary.unknown:
        return pair
    return pair if None not in vocabulary.gives(pair) else joined(view, tokens_of(view, text)[:-1]) or text


def text_of(view: View) -> str:
    """A's sequence as one could type it.

    Raises:
        EncodingError: it is too long to be typed.
    """
    request = view.request
    typed = request.sequence.source == "typed" or (
        request.sequence.source == "example" and "text" in example_at(request)
    )
    text = shown_text(request) if typed and request.sequence.scaling == "none" else _spell(view.encoded)
    if len(text) > MOST_TYPED:
        raise EncodingError(
            f"A has {len(text):,} characters; a second sequence beside it may have {MOST_TYPED:,}: shorten A first."
        )
    return text


def changed_once(view: View, text: str) -> str:
    """A's sequence with one change: of text as of text, digits too; one more in the middle of numbers or ids."""
    if _typed_as_text(view):
        return minimal_pair(text, task_of(view.model.card).pairs)
    return one_more(text, 0 if view.model.embedding is None else len(view.model.embedding))


def tokens_of(view: View, text: str) -> list[str]:
    """A sequence cut as its model reads it: characters, words with the space before them, or rows of numbers."""
    if not _typed_as_text(view):
        parts = text.splitlines() if "\n" in text.strip() else re.split(r"[,;\s]+", text)
        return [part.strip() for part in parts if part.strip()]
    if view.model.text is not None and view.model.text.unit == "token":
        return re.findall(r"\s*\S+", text)
    if view.model.text is not None and view.model.text.unit == "word":
        return re.findall(r"\s*(?:\w+(?:['’]\w+)*|[^\w\s])", text)
    return list(text)


def joined(view: View, tokens: list[str]) -> str:
    """The inverse of `tokens_of`."""
    if _typed_as_text(view):
        return "".join(tokens)
    return ("\n" if view.encoded.values.ndim > 1 and view.encoded.values.shape[1] > 1 else ", ").join(tokens)


def _typed_as_text(view: View) -> bool:
    """Whether what is typed is text rather than numbers or token ids."""
    return view.encoded.is_text and view.model.text is not None


def _reads_alike(name: str, view: View) -> bool:
    kept = own(name)
    model = load_model(name) if name in list_models() else kept.model if kept else None
    if model is None:
        return False
    if view.encoded.is_text:
        if model.text is None:
            return False
        known = set(model.text.tokens)
        words = model.text.unit != "character"
        ours = view.model.text is not None and view.model.text.unit != "character"
        return words == ours and (model.text.unknown is not None or set(view.encoded.labels) <= known)
    return model.text is None and model.embedding is None and model.input_size == view.encoded.values.shape[1]


def _same_sequence(view: View, name: str) -> Request:
    """A's sequence as a request that does not depend on A's model."""
    request = view.request
    example = request.sequence.source == "example"
    twin = name in list_models() and load_card(name).get("task") == view.model.card.get("task")
    if not example or (twin and "dataset" in example_at(request)):
        return request
    return request.but(source="typed", text=text_of(view))


def _is_point(wanted: str, view: View) -> bool:
    name, _, point = wanted.partition("@")
    if not point.isdecimal() or len(point) > 6:
        return False
    if name == RANDOM:
        return True
    return name == view.request.model and name in list_models() and int(point) in _steps(name)


def _steps(name: str) -> tuple[int, ...]:
    known = name in list_models() and (place_of(name).folder / f"{name}.film.safetensors").exists()
    return tuple(_film(name, place_of(name).written)) if known else ()


@st.cache_resource(max_entries=4, show_spinner=False)
def _film(name: str, written: int) -> dict[int, dict[str, object]]:
    return read_film(place_of(name).folder, name)  # type: ignore[return-value]


def _at_point(view: View, name: str, updates: int) -> View:
    frames = _film(name, place_of(name).written)
    if updates not in frames:
        raise CheckpointError(f"The film of {name} has no frame after {updates} updates: choose another point.")
    model: Model = with_weights(load_model(name), frames[updates], rival_title(f"{name}@{updates}"))  # type: ignore[arg-type]
    trace = record(model, view.encoded, h_0=view.trace.h_0, c_0=view.trace.c_0)
    return replace(view, model=model, trace=trace)


def _spell(encoded: Encoded) -> str:
    """Numbers as one could type them."""
    if encoded.is_text:
        return "".join(encoded.labels)
    rows = [" ".join(f"{value:.6g}" for value in np.atleast_1d(row)) for row in encoded.values]
    return ("\n" if encoded.values.shape[1] > 1 else ", ").join(rows)
