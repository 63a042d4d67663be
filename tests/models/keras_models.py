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
