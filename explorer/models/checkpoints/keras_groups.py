"""Recurrent layers of Keras: kernels (inputs, gates·units) in the orders i, f, c, o and z, r, h."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.checkpoints.group import KINDS, Group, make_group
from explorer.models.checkpoints.torch_groups import Found
from explorer.models.files import Array, Contents, named

_ROLES = {"kernel": "kernel", "recurrent_kernel": "recurrent", "bias": "bias"}
_TURNS = {"0": "kernel", "1": "recurrent", "2": "bias"}
_FRAMES = frozenset(
    {"model_weights", "layers", "_layer_checkpoint_dependencies", "cell", "vars", "top_level_model_weights"}
)
_CELL = re.compile(r"(lstm|gru|simple_rnn)_cell(_\d+)?$")
_SIDES = re.compile(r"^(forward|backward)_")
_SQUASHES = ("tanh", "relu")


def keras_groups(contents: Contents) -> Found:
    """Every recurrent layer of a Keras file, both directions of a `Bidirectional` together."""
    layers: dict[str, dict[bool, dict[str, str]]] = {}
    for folder, roles in _cells(contents).items():
        layer, reverse = _layer_of(folder)
        layers.setdefault(layer, {})[reverse] = roles
    short = [_last(layer) for layer in layers]
    groups, problems = [], []
    for layer, sides in layers.items():
        name = _last(layer) if short.count(_last(layer)) == 1 else layer
        try:
            groups.append(_group(name, sides, contents))
        except CheckpointError as problem:
            problems.append(str(problem))
    order = {name: place for place, name in enumerate(contents.layers)}
    return sorted(groups, key=lambda group: order.get(group.name, len(order))), problems


def _cells(contents: Contents) -> dict[str, dict[str, str]]:
    """The tensors of each folder that holds a recurrent cell, by their role."""
    folders: dict[str, dict[str, str]] = {}
    for name in contents.tensors:
        folder, _, leaf = name.rpartition("/")
        role = _ROLES.get(leaf.split(":")[0]) or (_TURNS.get(leaf) if folder.endswith("vars") else None)
        if role:
            folders.setdefault(folder, {})[role] = name
    return {folder: roles for folder, roles in folders.items() if _is_cell(contents, roles)}


def _is_cell(contents: Contents, roles: Mapping[str, str]) -> bool:
    kernel, recurrent = (contents.tensors.get(roles.get(role, "")) for role in ("kernel", "recurrent"))
    if kernel is None or recurrent is None or kernel.ndim != 2 or recurrent.ndim != 2 or not recurrent.size:
        return False
    times, rest = divmod(recurrent.shape[1], recurrent.shape[0])
    return not rest and times in KINDS and kernel.shape[1] == recurrent.shape[1]


def _layer_of(folder: str) -> tuple[str, bool]:
    """A layer's path, and whether the folder holds its backward half."""
    parts = [part for part in folder.split("/") if part not in _FRAMES]
    sides = [part for part in parts if _SIDES.match(part)]
    if sides:
        parts = parts[: parts.index(sides[0])]
    elif len(parts) > 1 and _CELL.match(parts[-1]) and not parts[-2].endswith("cells"):
        parts = parts[:-1]
    return "/".join(parts), bool(sides) and sides[0].startswith("backward_")


def _last(layer: str) -> str:
    return layer.rpartition("/")[2]


def _group(name: str, sides: Mapping[bool, Mapping[str, str]], contents: Contents) -> Group:
    if set(sides) == {True}:
        raise CheckpointError(f"Only the backward half of {named(name)} is in the file: save all weights.")
    settings = contents.layers.get(name) or contents.layers.get(_last(name)) or {}
    cells = []
    sources: list[str] = []
    asks: set[str] = set()
    plain = all(_is_plain(contents.tensors[roles["recurrent"]]) for roles in sides.values())
    options, notes = _settings(name, settings, plain)
    for reverse in sorted(sides):
        roles = sides[reverse]
        sources += roles.values()
        cell, reset_after = _converted({role: contents.tensors[one] for role, one in roles.items()})
        if reset_after is not None:
            options["reset_after"] = reset_after
        elif len(cell["weight_ih"]) == 3 * cell["weight_hh"].shape[1] and "reset_after" not in options:
            asks.add("reset_after")
        cells.append(cell)
    if not settings and not plain:
        notes.append(
            "The file does not state its activations: Keras's own, sigmoid for the gates and tanh, are assumed."
        )
    return make_group(name, [cells], contents, sources, options=options, asks=tuple(sorted(asks)), notes=tuple(notes))


def _is_plain(recurrent: Array) -> bool:
    return bool(recurrent.shape[0] == recurrent.shape[1])


def _converted(stored: Mapping[str, Array]) -> tuple[dict[str, Array], bool | None]:
    """A cell under PyTorch's names and in its order; and whether a GRU's bias says that it resets after."""
    recurrent = stored["recurrent"]
    units = recurrent.shape[0]
    times = recurrent.shape[1] // units
    cell = {"weight_ih": _reordered(stored["kernel"].T, times), "weight_hh": _reordered(recurrent.T, times)}
    bias = stored.get("bias")
    if bias is None:
        return cell, None
    if bias.shape == (2, times * units):
        cell |= {"bias_ih": _reordered(bias[0], times), "bias_hh": _reordered(bias[1], times)}
        return cell, True
    if bias.shape != (times * units,):
        raise CheckpointError(
            f"A bias of shape {bias.shape} stands beside {units} units: a layer of cuDNN's own order is not read; "
            "load it in Keras as LSTM or GRU and save the weights again."
        )
    cell |= {"bias_ih": _reordered(bias, times), "bias_hh": np.zeros_like(bias)}
    return cell, False if times == 3 else None


def _reordered(rows: Array, times: int) -> Array:
    """Keras's z, r, h as PyTorch's r, z, n; the LSTM's order is the same."""
    if times != 3:
        return rows
    z, r, h = np.split(rows, 3)
    return np.concatenate([r, z, h])


def _settings(name: str, settings: Mapping[str, Any], plain: bool) -> tuple[dict[str, Any], list[str]]:
    """What a layer states that matters: options of the cell, and sentences.

    Raises:
        CheckpointError: it squashes with what no cell here does.
    """
    options: dict[str, Any] = {}
    notes = []
    squash, gate = _activation(settings.get("activation", "tanh")), _activation(settings.get("recurrent_activation"))
    if plain and settings:
        if squash not in _SQUASHES:
            raise _foreign(name, squash)
        options["nonlinearity"] = squash
    elif settings and (squash != "tanh" or gate not in ("sigmoid", "")):
        raise _foreign(name, squash if squash != "tanh" else gate)
    if isinstance(settings.get("reset_after"), bool):
        options["reset_after"] = settings["reset_after"]
    if settings.get("go_backwards") and "merge_mode" not in settings:
        notes.append("This layer reads from the end (go_backwards): give it the sequence turned round.")
    if settings.get("merge_mode", "concat") != "concat":
        notes.append(
            f"Keras merges its two directions by {named(settings['merge_mode'])}; here they stand side by side."
        )
    return options, notes


def _activation(stated: Any) -> str:
    """An activation's name, however it is written down."""
    if isinstance(stated, dict):
        stated = stated.get("config", stated.get("class_name"))
        stated = stated.get("name") if isinstance(stated, dict) else stated
    return stated.lower() if isinstance(stated, str) else ""


def _foreign(name: str, activation: str) -> CheckpointError:
    return CheckpointError(
        f"The layer {named(name)} squashes with {named(activation or 'nothing')}: its gates would need sigmoid and its "
        "values tanh to be the LSTM, GRU or RNN that is shown here."
    )
