"""Models made by Keras itself, with the states that Keras computes, for every way of saving them."""

import importlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMS = (".keras", ".h5", ".weights.h5")
INPUTS, UNITS, STEPS, TOKENS = 3, 5, 12, 7
X = np.random.default_rng(5).normal(size=(STEPS, INPUTS)).astype(np.float32)
IDS = np.random.default_rng(6).integers(1, TOKENS, STEPS)
Array = NDArray[Any]
Keras = Any


def import_keras() -> Keras:
    """Keras on torch, without its log lines."""
    os.environ["KERAS_BACKEND"] = "torch"
    keras = importlib.import_module("keras")
    logging.getLogger("absl").setLevel(logging.ERROR)
    return keras


def randomised(model: Any, seed: int = 3) -> Any:
    """The model with weights, biases too, that are not near zero."""
    generator = np.random.default_rng(seed)
    for one in model.weights:
        if "float" in str(one.dtype):
            drawn = generator.normal(size=one.shape) * 0.5
            one.assign(np.abs(drawn) if "variance" in one.path else drawn)
    return model


def saved_as(model: Any, form: str, folder: Path) -> bytes:
    path = folder / f"model{form}"
    (model.save_weights if form == ".weights.h5" else model.save)(path)
    return path.read_bytes()


def values_of(keras: Keras, model: Any, *outputs: Any, inputs: Any = None) -> list[Array]:
    """What tensors inside a model are for one sequence."""
    given = [np.asarray(one)[None] for one in (inputs if isinstance(inputs, tuple) else (inputs,))]
    one = len(given) == 1
    probe = keras.Model(model.inputs[0] if one else model.inputs, list(outputs))
    found = probe(given[0] if one else given)
    return [value.detach().numpy()[0] for value in (found if isinstance(found, list) else [found])]


def recurrent(keras: Keras, kind: str, **options: Any) -> Any:
    return getattr(keras.layers, kind)(UNITS, **{"return_sequences": True} | options)


BETWEEN: dict[str, Callable[[Keras], Any]] = {
    "Dense": lambda keras: keras.layers.Dense(UNITS, name="middle"),
    "Conv1D": lambda keras: keras.layers.Conv1D(UNITS, 3, padding="causal", name="middle"),
    "BatchNormalization": lambda keras: keras.layers.BatchNormalization(name="middle"),
    "LayerNormalization": lambda keras: keras.layers.LayerNormalization(name="middle"),
    "MaxPooling1D": lambda keras: keras.layers.MaxPooling1D(2, name="middle"),
    "Activation": lambda keras: keras.layers.Activation("relu", name="middle"),
    "Permute": lambda keras: keras.layers.Permute((1, 2), name="middle"),
}


def sequential(keras: Keras, *layers: Any) -> Any:
    """A model of these layers on numbers, with weights."""
    return randomised(keras.Sequential([keras.Input((STEPS, INPUTS), name="start"), *layers]))


def between(keras: Keras, what: str) -> tuple[Any, list[Any]]:
    """Two LSTMs with something between them; and what the first gives, what the second reads and what it gives."""
    first, second = (recurrent(keras, "LSTM", name=name) for name in ("below", "above"))
    start = keras.Input((STEPS, INPUTS), name="start")
    seen = BETWEEN[what](keras)(first(start))
    model = randomised(keras.Model(start, second(seen)))
    return model, [first.output, seen, model.outputs[0]]


def translator(keras: Keras) -> tuple[Any, list[Any]]:
    """A decoder with a head, which begins with the encoder's states; the encoder's steps, h and c, the decoder's."""
    source, target = (keras.Input((STEPS, INPUTS), name=name) for name in ("source", "target"))
    steps, h, c = recurrent(keras, "LSTM", return_state=True, name="encoder")(source)
    decoded = recurrent(keras, "LSTM", name="decoder")(target, initial_state=[h, c])
    answer = keras.layers.Dense(2, activation="softmax", name="out")(decoded)
    return randomised(keras.Model([source, target], answer)), [steps, h, c, decoded]


def used_twice(keras: Keras) -> tuple[Any, Any]:
    """A model that has one layer read two inputs, and the layer."""
    left, right = (keras.Input((STEPS, INPUTS), name=name) for name in ("left", "right"))
    shared = recurrent(keras, "GRU", name="shared")
    joined = keras.layers.Concatenate(name="join")([shared(left), shared(right)])
    return randomised(keras.Model([left, right], joined)), shared


def padded(keras: Keras, *layers: Any) -> tuple[Any, Array]:
    """A model of tokens that takes id 0 for padding, and ids with some of it at both ends and in between."""
    table = keras.layers.Embedding(TOKENS, INPUTS, mask_zero=True, name="table")
    ids = IDS.copy()
    ids[[0, 4, 5, -1, -2]] = 0
    return randomised(keras.Sequential([keras.Input((STEPS,), name="tokens"), table, *layers], name="net")), ids


def own_backward(keras: Keras, *names: str) -> Any:
    """Both directions, the backward one given as a layer of its own."""
    forward, backward = (
        recurrent(keras, "GRU", name=names[0]),
        recurrent(keras, "GRU", name=names[1], go_backwards=True),
    )
    return keras.layers.Bidirectional(forward, backward_layer=backward, name="both")


def stacked_cells(keras: Keras, *units: int) -> Any:
    """One layer of several cells on each other."""
    cells = keras.layers.StackedRNNCells([keras.layers.LSTMCell(one) for one in units])
    return keras.layers.RNN(cells, return_sequences=True, name="deep")


def nested(keras: Keras) -> Any:
    """Three nested models whose layers are all called alike and squash differently."""
    x = start = keras.Input((STEPS, INPUTS), name="start")
    seen = []
    for turn, gate in enumerate(["sigmoid", "hard_sigmoid", "sigmoid"]):
        inside = keras.Input((STEPS, x.shape[-1]), name="x")
        layer = recurrent(keras, "GRU", recurrent_activation=gate, reset_after=turn != 2, name="core")
        middle = keras.layers.Dense(4, name="out")(layer(inside))
        x = (keras.Model(inside, middle, name=f"part{turn}"))(x)
        seen.append(x)
    return randomised(keras.Model(start, x)), seen


def tagger(keras: Keras, middle: Any = None, **options: Any) -> Any:
    """Embedding, both directions and a head for every step; the model, and its logits."""
    layers = keras.layers
    x = start = keras.Input((STEPS,), name="tokens")
    x = layers.Embedding(TOKENS, INPUTS, name="table", **options)(x)
    x = layers.SpatialDropout1D(0.3)(x)
    x = middle(x) if middle else x
    x = layers.Bidirectional(recurrent(keras, "LSTM", name="core"), name="both")(x)
    x = layers.TimeDistributed(layers.Dense(4, name="inner"), name="out")(layers.Dropout(0.1)(x))
    return randomised(keras.Model(start, layers.Softmax()(x))), x


def foreign(keras: Keras) -> dict[str, tuple[Any, str]]:
    """Layers of classes that are not Keras's own, or compute otherwise: the layer, and what names it."""
    layers = keras.layers

    class PeepholeCell(layers.LSTMCell):  # type: ignore[misc,name-defined]
        def build(self, shape: Any) -> None:
            super().build(shape)
            self.peephole = self.add_weight(shape=(UNITS,), name="peephole")

    class AttentiveLSTM(layers.LSTM):  # type: ignore[misc,name-defined]
        def build(self, shape: Any) -> None:
            super().build(shape)
            self.attention = self.add_weight(shape=(UNITS,), name="attention_kernel")

    class LSTM(layers.LSTM):  # type: ignore[misc,name-defined]
        def call(self, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False) -> Any:
            return 2 * super().call(sequences, initial_state, mask, training)

    return {
        "a cell": (layers.RNN(PeepholeCell(UNITS), name="odd"), "PeepholeCell"),
        "a layer": (AttentiveLSTM(UNITS, name="odd"), "AttentiveLSTM"),
        "one of Keras's name": (LSTM(UNITS, name="odd"), "LSTM"),
        "a convolution": (layers.ConvLSTM1D(UNITS, 3, name="odd"), "ConvLSTM1D"),
    }
