"""What Keras writes: its graph followed, its settings looked up, its masks kept; all of it made by Keras."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.forms.form import ANY, Array, Form, Opens, refused
from tests.forms.given import File
from tests.models.keras_models import (
    BETWEEN,
    IDS,
    INPUTS,
    STEPS,
    UNITS,
    X,
    between,
    foreign,
    import_keras,
    nested,
    own_backward,
    padded,
    randomised,
    recurrent,
    saved_as,
    sequential,
    stacked_cells,
    tagger,
    translator,
    used_twice,
    values_of,
)  # fmt: skip

PART = "Keras: its graph and its settings"
PARTS = ("part0/core", "part1/core", "part2/core")
BACKWARD = X[::-1].copy()


@cache
def keras() -> Any:
    """Keras, imported once, when the first row needs it."""
    return import_keras()


def written(model: Any, form: str = ".keras") -> bytes:
    """A model's file."""
    with tempfile.TemporaryDirectory() as folder:
        return saved_as(model, form, Path(folder))


def file_of(model: Any, form: str = ".keras", x: Array = X, output: Any = None, **more: Any) -> File:
    """A model with the states that Keras computes where they come out."""
    states = values_of(keras(), model, model.outputs[0] if output is None else output, inputs=x)[0]
    return File(written(model, form), states, x, **more)


def layer(kind: str, name: str = "core", **options: Any) -> Any:
    """A recurrent layer that gives all its states."""
    return recurrent(keras(), kind, name=name, **options)


def _plain(kind: str, form: str) -> File:
    return file_of(sequential(keras(), layer(kind)), form)


def _both(form: str) -> File:
    return file_of(sequential(keras(), keras().layers.Bidirectional(layer("LSTM"), name="both")), form)


def _between(what: str, group: str) -> File:
    model, inside = between(keras(), what)
    below, middle, above = values_of(keras(), model, *inside, inputs=X)
    return File(written(model), *((below, X) if group == "below" else (above, middle)), group=group)


def _stack(form: str) -> File:
    return file_of(
        sequential(keras(), layer("GRU", "below"), keras().layers.Dropout(0.5, name="drop"), layer("GRU", "above")),
        form,
    )


def _weights_alone(group: str) -> File:
    below, above = layer("GRU", "below"), layer("GRU", "above")
    model = sequential(keras(), below, above)
    one, two = values_of(keras(), model, below.output, above.output, inputs=X)
    return File(written(model, ".weights.h5"), *((one, X) if group == "gru" else (two, one)), group=group)


def _branches() -> File:
    layers = keras().layers
    start = keras().Input((STEPS, INPUTS), name="start")
    added = layers.Add(name="add")([layer("LSTM", "one")(start), layer("LSTM", "two")(start)])
    top = layer("GRU", "three")(layers.RepeatVector(STEPS, name="repeat")(layers.LSTM(UNITS, name="last")(added)))
    model = randomised(keras().Model(start, top))
    repeated = model.get_layer("repeat").output
    given, states = values_of(keras(), model, repeated, top, inputs=X)
    return File(written(model), states, given, group="three")


def _translator(group: str) -> File:
    model, inside = translator(keras())
    one, h_0, c_0, two = values_of(keras(), model, *inside, inputs=(X, BACKWARD))
    if group == "encoder":
        return File(written(model), one, X, group=group)
    return File(written(model), two, BACKWARD, group=group, states={"h_0": h_0[None], "c_0": c_0[None]})


def _head() -> File:
    model, logits = tagger(keras(), mask_zero=True)
    both = model.get_layer("both").output
    states, answer = values_of(keras(), model, both, logits, inputs=IDS)
    return File(written(model), states, IDS, answer)


def _padded(form: str) -> File:
    model, ids = padded(keras(), layer("GRU"))
    return file_of(model, form, ids)


def _pooled() -> File:
    layers = keras().layers
    core = layer("GRU")
    model = sequential(keras(), core, layers.GlobalMaxPooling1D(name="pool"), layers.Dense(2, name="out"))
    return file_of(model, output=core.output)


def _added() -> File:
    one = sequential(keras(), keras().layers.Bidirectional(layer("LSTM"), merge_mode="sum", name="both"))
    twin = keras().layers.Bidirectional(layer("LSTM"), name="both")
    model = sequential(keras(), twin)
    for mine, theirs in zip(model.weights, one.weights, strict=True):
        mine.assign(theirs)
    return File(written(one), values_of(keras(), model, model.outputs[0], inputs=X)[0], X)


def _used_twice() -> File:
    model, shared = used_twice(keras())
    return File(written(model), shared(X[None]).detach().numpy()[0], X)


def _once_an_item() -> File:
    each = keras().layers.TimeDistributed(layer("LSTM"), name="each")
    model = randomised(keras().Sequential([keras().Input((2, STEPS, INPUTS), name="start"), each]))
    return File(written(model), values_of(keras(), model, each.output, inputs=np.stack([X, BACKWARD]))[0][1], BACKWARD)


def _stacked_cells() -> File:
    return file_of(sequential(keras(), stacked_cells(keras(), UNITS, UNITS)))


def _masked_numbers() -> File:
    return file_of(sequential(keras(), keras().layers.Masking(-1.0, name="pad"), layer("GRU")))


def _nested(turn: int, form: str) -> File:
    model, seen = nested(keras())
    given = [X, *values_of(keras(), model, *seen, inputs=X)][turn]
    part = model.get_layer(f"part{turn}")
    states = values_of(keras(), part, part.get_layer("core").output, inputs=given)[0]
    return File(written(model, form), states, given, group=f"part{turn}/core")


def _backward_of_its_own(form: str) -> File:
    return file_of(sequential(keras(), own_backward(keras(), "f", "b")), form)


def _from_the_end(form: str) -> File:
    given = file_of(sequential(keras(), layer("LSTM", go_backwards=True)), form)
    return File(given.data, given.right, BACKWARD)


def _squashed(kind: str, form: str = ".keras", **settings: str) -> File:
    model = sequential(keras(), layer(kind, **settings))
    for one in model.weights:
        one.assign(one * 0.3)
    return file_of(model, form)


def _of_another_class(what: str, form: str) -> File:
    odd, _ = foreign(keras())[what]
    shape = (STEPS, 6, INPUTS) if what == "a convolution" else (STEPS, INPUTS)
    return File(written(keras().Sequential([keras().Input(shape, name="start"), odd]), form))


def rows(title: str, build: Callable[..., File], expect: Any, *forms: str) -> list[Form]:
    """One row a way of saving."""
    return [Form(PART, f"{title}, {form}", lambda form=form: build(form), expect) for form in forms]


ASSUMED = ("its activations: Keras's own are assumed", "σ is assumed")
TURNED, STACKED = "give it the sequence turned round", "directly on each other: below, above"
MASKED = "At masked steps Keras gives 0"
SOFTMAX = "squashes with 'softmax' in Keras"

FORMS: tuple[Form, ...] = (
    *rows("an LSTM", lambda form: _plain("LSTM", form), Opens(), ".keras", ".h5"),
    Form(PART, "a GRU, .keras", lambda: _plain("GRU", ".keras"), Opens()),
    Form(PART, "a SimpleRNN, .h5", lambda: _plain("SimpleRNN", ".h5"), Opens()),
    Form(PART, "an LSTM, weights alone", lambda: _plain("LSTM", ".weights.h5"), Opens(ASSUMED)),
    Form(PART, "a SimpleRNN, weights alone", lambda: _plain("SimpleRNN", ".weights.h5"), Opens(("tanh is assumed",))),
    Form(PART, "both directions", lambda: _both(".keras"), Opens(networks=("both",))),
    Form(
        PART,
        "a Dense between two LSTMs, the one below",
        lambda: _between("Dense", "below"),
        Opens(networks=("below", "above"), after=("Dense 'middle'", "LSTM 'above'"), between=()),
    ),
    *(
        Form(
            PART,
            f"{what} between two LSTMs, the one above",
            lambda what=what: _between(what, "above"),
            Opens(networks=("below", "above"), offers=(), between=("LSTM 'below'", f"{what} 'middle'"), after=()),
        )
        for what in BETWEEN
    ),
    Form(PART, "two layers on each other", lambda: _stack(".keras"), Opens((STACKED,), networks=("below + above",))),
    *(
        Form(
            PART,
            f"two layers on each other, weights alone: {group}",
            lambda group=group: _weights_alone(group),
            Opens(ASSUMED, networks=("gru", "gru_1"), offers=("gru",)),
        )
        for group in ("gru", "gru_1")
    ),
    Form(
        PART,
        "branches that are added, then repeated",
        _branches,
        Opens(networks=("one", "two", "last", "three"), between=("LSTM 'last'", "RepeatVector 'repeat'")),
    ),
    Form(
        PART,
        "encoder and decoder, the encoder",
        lambda: _translator("encoder"),
        Opens(networks=("encoder", "decoder"), after=("LSTM 'decoder'",), head=None),
    ),
    Form(
        PART,
        "encoder and decoder, the decoder from the encoder's state",
        lambda: _translator("decoder"),
        Opens(("starts at a state from LSTM 'encoder'", SOFTMAX), head="layers/dense/vars/0"),
    ),
    Form(
        PART,
        "embedding, both directions and a head for every step",
        _head,
        Opens((SOFTMAX, MASKED), embedding="layers/embedding/vars/0", between=(), after=(), mask=0),
    ),
    *rows("steps of padding (Embedding with mask_zero)", _padded, Opens(mask=0, embedding=ANY), ".keras", ".h5"),
    Form(PART, "Masking of numbers", _masked_numbers, Opens(("all -1 (Masking 'pad')",))),
    Form(
        PART, "a head behind a pooling", _pooled, Opens(after=("GlobalMaxPooling1D 'pool'", "Dense 'out'"), head=None)
    ),
    Form(PART, "directions that are added", _added, Opens(("'sum'",), head=None)),
    Form(PART, "a layer that is used twice", _used_twice, Opens(("2 times",), after=("Concatenate 'join'",))),
    Form(PART, "a layer for each item of an outer sequence", _once_an_item, Opens(("outer sequence",))),
    Form(PART, "two cells in one layer", _stacked_cells, Opens(networks=("deep",))),
    Form(
        PART,
        "nested models of equal inner names: part1 with hard_sigmoid",
        lambda: _nested(1, ".h5"),
        Opens(networks=PARTS, between=("GRU 'part0/core'", "Dense 'part0/out'"), proved=False),
    ),
    Form(
        PART,
        "nested models of equal inner names: part2, which resets before the product",
        lambda: _nested(2, ".keras"),
        Opens(("linear in Keras",), networks=PARTS, between=("GRU 'part1/core'",), proved=False),
    ),
    *rows("a backward layer of its own", _backward_of_its_own, Opens(networks=("both",)), ".keras", ".h5"),
    *rows("go_backwards", _from_the_end, Opens((TURNED,)), ".keras", ".h5"),
    Form(
        PART,
        "hard_sigmoid of Keras 3, LSTM",
        lambda: _squashed("LSTM", ".h5", recurrent_activation="hard_sigmoid"),
        Opens(proved=False),
    ),
    Form(
        PART,
        "hard_sigmoid of Keras 3, GRU",
        lambda: _squashed("GRU", recurrent_activation="hard_sigmoid"),
        Opens(proved=False),
    ),
    Form(PART, "a SimpleRNN with relu", lambda: _squashed("SimpleRNN", activation="relu"), Opens()),
    Form(PART, "an LSTM with relu", lambda: _squashed("LSTM", activation="relu"), refused("'core'", "'relu'")),
    *(
        Form(
            PART,
            f"another class, {what}, {form}",
            lambda what=what, form=form: _of_another_class(what, form),
            refused(name),
        )
        for what, name, form in (
            ("a cell", "PeepholeCell", ".keras"),
            ("a layer", "AttentiveLSTM", ".keras"),
            ("one of Keras's name", "LSTM", ".keras"),
            ("a convolution", "ConvLSTM1D", ".keras"),
            ("a cell", "vars/3", ".weights.h5"),
            ("a layer", "attentive_lstm", ".weights.h5"),
        )
    ),
)
"""Rows of this part."""
