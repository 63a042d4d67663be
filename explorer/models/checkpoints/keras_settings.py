"""What a recurrent layer of Keras states of itself: the settings of each of its cells, as options of a cell here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models.files import Contents, Layer, named

Settings = Mapping[str, Any]
PLAIN = {
    "LSTM": "lstm",
    "GRU": "gru",
    "SimpleRNN": "rnn",
    "CuDNNLSTM": "lstm",
    "CuDNNGRU": "gru",
    "LSTMCell": "lstm",
    "GRUCell": "gru",
    "SimpleRNNCell": "rnn",
}
"""Keras's own layers and cells that are shown here."""
_WRAPPERS = {"RNN": "cell", "Bidirectional": "layer", "TimeDistributed": "layer"}
_SQUASHES = ("tanh", "relu")
_OLD, _NEW = 0.2, 1 / 6
"""Slopes of the hard sigmoid of Keras before 3 and since."""
_GATES = ("recurrent_activation", "inner_activation")


@dataclass(frozen=True)
class Stated:
    """One cell of a layer.

    Attributes:
        kind: its class.
        settings: what it states.
    """

    kind: str
    settings: Settings


def cells_of(layer: Layer, reverse: bool = False) -> list[Stated]:
    """The cells of one direction of a layer, from the lowest.

    Raises:
        CheckpointError: a class on the way is none of Keras's own recurrent ones.
    """
    kind, settings = layer.kind, layer.settings
    for _ in range(len(_WRAPPERS) + 1):
        if layer.foreign:
            break
        if kind in PLAIN:
            return [Stated(kind, settings)]
        if kind not in _WRAPPERS:
            break
        inner = settings.get("backward_layer") if reverse and kind == "Bidirectional" else None
        inner = inner or settings.get(_WRAPPERS[kind])
        kind, settings = _entry(inner)
        if _is_foreign(inner):
            break
        if kind == "StackedRNNCells":
            listed = settings.get("cells")
            cells = listed if isinstance(listed, list) else []
            known = [_entry(one) for one in cells]
            strange = [own for (own, _), one in zip(known, cells, strict=True) if own not in PLAIN or _is_foreign(one)]
            if known and not strange:
                return [Stated(*one) for one in known]
            kind = strange[0] if strange else kind
            break
    raise CheckpointError(
        f"The layer {named(layer.path)} is a {named(kind)} of the user's own, not Keras's LSTM, GRU or SimpleRNN: "
        "what it computes is not in the file."
    )


def wrapper_of(layer: Layer) -> tuple[str, Settings]:
    """The class and settings of what a layer wraps directly, its own where it wraps nothing."""
    inner = layer.settings.get("layer")
    return _entry(inner) if isinstance(inner, dict) else (layer.kind, layer.settings)


def options_of(name: str, cell: Stated, contents: Contents) -> tuple[dict[str, Any], list[str]]:
    """What a cell states that matters, as options of a cell here; and sentences about what was assumed.

    Raises:
        CheckpointError: it squashes with what no cell here does.
    """
    kind, settings = PLAIN[cell.kind], cell.settings
    squash = activation(settings.get("activation", "tanh"))
    if CELLS[kind].has_option("nonlinearity"):
        if squash not in _SQUASHES:
            raise _foreign(name, squash)
        return {"nonlinearity": squash}, []
    options: dict[str, Any] = {}
    stated = next((settings[key] for key in _GATES if key in settings), None)
    gate, notes = (activation(stated), []) if stated is not None else default_gate(contents.version, cell.kind)
    if gate == "hard_sigmoid":
        options["hard_sigmoid"], said = _slope(contents.version, settings)
        notes += said
    elif gate != "sigmoid":
        raise _foreign(name, gate)
    if squash != "tanh":
        raise _foreign(name, squash)
    if isinstance(settings.get("reset_after"), bool):
        options["reset_after"] = settings["reset_after"]
    return options, notes


def default_gate(version: str, kind: str = "") -> tuple[str, list[str]]:
    """How gates squash where a file does not say, by the version of Keras that wrote it; and what to say of it."""
    if kind.startswith("CuDNN") or not _is_before(version, 2, 3):
        return "sigmoid", []
    if version.endswith("-tf"):
        return "sigmoid", [
            f"The file of tf.keras {version} does not state its gates' activation: sigmoid, TensorFlow 2's own, is "
            "assumed; TensorFlow 1 had hard_sigmoid."
        ]
    return "hard_sigmoid", [
        f"The file does not state its gates' activation: hard_sigmoid, the own one of Keras {version}, is assumed."
    ]


def assumed(kind: str, cudnn: str, version: str) -> tuple[dict[str, Any], list[str]]:
    """Options of a cell of which the file states nothing, and what to say of them.

    Args:
        kind: ``"rnn"``, ``"lstm"`` or ``"gru"``.
        cudnn: ``"CuDNN"`` for a layer that cuDNN runs.
        version: of Keras, "" where it is not known.
    """
    if CELLS[kind].keep_gate is None:
        return {}, []
    gate, notes = default_gate(version, cudnn)
    options: dict[str, Any] = {"hard_sigmoid": _OLD} if gate == "hard_sigmoid" else {}
    said = (
        "The file does not state its activations: Keras's own are assumed, tanh for the values and, unless chosen "
        "otherwise, sigmoid for the gates."
    )
    return options, notes or [said]


def activation(stated: Any) -> str:
    """An activation's name, however it is written down; "linear" for none."""
    if isinstance(stated, dict):
        inner = stated.get("config", stated.get("class_name"))
        stated = inner.get("name") or stated.get("class_name") if isinstance(inner, dict) else inner
    return stated.lower() if isinstance(stated, str) else "linear"


def _slope(version: str, settings: Settings) -> tuple[float, list[str]]:
    """The slope of a hard sigmoid, and what to say where the file does not say whose it is."""
    if version:
        return (_OLD if _is_before(version, 3, 0) else _NEW), []
    old = "implementation" in settings or "inner_activation" in settings
    which = "2, 0.2x + 0.5" if old else "3, x/6 + 0.5"
    return (_OLD if old else _NEW), [
        f"The file does not say which Keras wrote it: the hard sigmoid of Keras {which}, is assumed from its settings."
    ]


def _is_before(version: str, major: int, minor: int) -> bool:
    parts = version.split(".")
    if len(parts) < 2 or not all(part.isdecimal() and len(part) < 5 for part in parts[:2]):
        return False
    return (int(parts[0]), int(parts[1])) < (major, minor)


def _entry(value: Any) -> tuple[str, Settings]:
    if not isinstance(value, dict):
        return "", {}
    kind, settings = value.get("class_name"), value.get("config")
    return kind if isinstance(kind, str) else "", settings if isinstance(settings, dict) else {}


def _is_foreign(value: Any) -> bool:
    module = value.get("module") if isinstance(value, dict) else None
    registered = value.get("registered_name") if isinstance(value, dict) else None
    return bool(registered) and not (isinstance(module, str) and module.startswith(("keras", "tf_keras", "tensorflow")))


def _foreign(name: str, squash: str) -> CheckpointError:
    return CheckpointError(
        f"The layer {named(name)} squashes with {named(squash)}: its gates would need sigmoid or hard_sigmoid and its "
        "values tanh to be the LSTM, GRU or RNN that is shown here."
    )
