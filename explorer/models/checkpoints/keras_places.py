"""Where the tensors of a Keras file belong: which layer of its configuration, and which cell of that layer."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from explorer.models.checkpoints.keras_settings import PLAIN
from explorer.models.files import Contents, Layer
from explorer.models.files.keras_calls import RECURRENT

_FRAMES = frozenset(
    {"model_weights", "layers", "_layer_checkpoint_dependencies", "cell", "vars", "top_level_model_weights"}
)
_OPTIMIZERS = ("optimizer", "optimizer_weights", "_CHECKPOINTABLE_OBJECT_GRAPH")
_ROLES = {"kernel": "kernel", "recurrent_kernel": "recurrent", "bias": "bias"}
_TURNS = {"0": "kernel", "1": "recurrent", "2": "bias"}
_CELL = re.compile(r"(lstm|gru|simple_rnn)_cell(_\d+)?$")
_SIDE = re.compile(r"^(forward|backward)_")
_HALVES = ("forward_layer", "backward_layer")
_NUMBER = re.compile(r"_(\d+)$")


@dataclass
class Home:
    """One layer's tensors.

    Attributes:
        path: the layer's path in the configuration, or its folder where none is stated.
        layer: what the configuration states of it.
        tensors: the name of each tensor by its place inside the layer, ``"forward_layer/cell/vars/0"``.
        folder: the folder's own parts, with what frames it.
        inside: the layer of the user's own class that holds this one, where the configuration shows no more.
    """

    path: str
    layer: Layer | None
    tensors: dict[str, str] = field(default_factory=dict)
    folder: tuple[str, ...] = ()
    inside: Layer | None = None

    def cells(self) -> dict[str, dict[str, str]]:
        """By folder inside the layer: the tensors that are a cell's, by role."""
        found: dict[str, dict[str, str]] = {}
        for place, name in self.tensors.items():
            folder, _, leaf = place.rpartition("/")
            role = _ROLES.get(leaf.split(":")[0]) or (_TURNS.get(leaf) if _is_vars(folder) else None)
            if role:
                found.setdefault(folder, {})[role] = name
        return {folder: roles for folder, roles in found.items() if {"kernel", "recurrent"} <= set(roles)}


def homes(contents: Contents) -> list[Home]:
    """Every layer that has tensors: those that the configuration names first, in its order."""
    layers = contents.layers
    stored = {place: path for path, place in _stored_places(layers, contents.tensors).items()}
    known: dict[str, Home] = {}
    unknown: list[str] = []
    for name in contents.tensors:
        if name.startswith(_OPTIMIZERS):
            continue
        found = _by_store(name, stored, layers) if "/vars/" in name else _by_names(name, layers)
        if found is None:
            unknown.append(name)
        else:
            path, place = found
            known.setdefault(path, Home(path, layers[path])).tensors[place] = name
    order = {path: turn for turn, path in enumerate(layers)}
    stated = sorted(known.values(), key=lambda home: order[home.path])
    held = {name: home.layer for home in stated for name in _deeper(home)}
    inner = _by_folder([*unknown, *held])
    for home in inner:
        home.inside = next((held[name] for name in home.tensors.values() if name in held), None)
    return stated + inner


def _deeper(home: Home) -> list[str]:
    """The tensors of layers inside a layer whose class shows nothing of them, taken out of it."""
    if home.layer is None or home.layer.kind in RECURRENT or home.layer.kind in ("TimeDistributed", *PLAIN):
        return []
    own = home.path.rpartition("/")[2]
    taken = []
    for place in list(home.tensors):
        parts = place.split("/")[:-1]
        last = max((turn for turn, part in enumerate(parts) if part == own), default=-1)
        inner = [part for part in parts[last + 1 :] if part not in _FRAMES]
        if len(inner) > 1 or (inner and parts[-1] == "vars"):
            taken.append(home.tensors.pop(place))
    return taken


def side_of(folder: str, layer: Layer | None) -> bool:
    """Whether a folder inside a layer holds the half that reads from the end."""
    parts = folder.split("/")
    if layer is None:
        return parts[0].startswith("backward_")
    if layer.kind != "Bidirectional":
        return False
    own = _name_inside(layer.settings.get("backward_layer"))
    by_name = own is not None and own != _name_inside(layer.settings.get("layer")) and own in parts[-2:]
    return by_name or any(part.startswith("backward_") for part in parts)


def turn_of(folder: str) -> int:
    """Which of several cells a folder holds: the number at the end of its name."""
    parts = [part for part in folder.split("/") if part not in _FRAMES]
    match = _NUMBER.search(parts[-1]) if parts else None
    return int(match[1][:9]) if match else -1


def _is_vars(folder: str) -> bool:
    return folder == "vars" or folder.endswith("/vars")


def _inner(name: str) -> list[str]:
    """The parts of a name without those that only frame a layer in a file of Keras 3."""
    return [part for part in name.split("/")[:-2] if part not in _FRAMES and part != "layer"]


def _stored_places(layers: Mapping[str, Layer], names: Iterable[str]) -> dict[str, str]:
    """By layer: its place in a file of Keras 3, which names layers after their class and turn.

    Some versions of Keras 2 count a class's turns otherwise; where as many are in the file, their order tells.
    """
    children: dict[str, set[str]] = {}
    for name in names:
        parts = _inner(name) if "/vars/" in name else []
        for depth, part in enumerate(parts):
            children.setdefault("/".join(parts[:depth]), set()).add(part)
    families: dict[tuple[str, str], list[Layer]] = {}
    for layer in layers.values():
        families.setdefault((layer.parent, layer.stem), []).append(layer)
    places = {"": ""}
    for (parent, stem), members in families.items():
        base = places.get(parent)
        if base is None and parent:
            continue
        there = {name: turn for name in children.get(base or "", ()) if (turn := _turn(name, stem)) is not None}
        expected = [stem if not layer.turn else f"{stem}_{layer.turn}" for layer in members]
        if not there.keys() <= set(expected):
            expected = sorted(there, key=there.__getitem__) if len(there) == len(members) else []
        for layer, name in zip(members, expected, strict=False):
            places[layer.path] = f"{base}/{name}" if base else name
    return {path: place for path, place in places.items() if path}


def _turn(name: str, stem: str) -> int | None:
    ending = name.removeprefix(stem)
    if not name.startswith(stem) or (ending and not re.fullmatch(r"_\d{1,9}", ending)):
        return None
    return int(ending[1:] or 0)


def _by_store(name: str, stored: Mapping[str, str], layers: Mapping[str, Layer]) -> tuple[str, str] | None:
    """The layer of a tensor by its place in a file of Keras 3, and the rest of its name."""
    parts = name.split("/")
    inner: list[str] = []
    for depth, part in enumerate(parts[:-2]):
        if part in _FRAMES or part == "layer":
            continue
        inner.append(part)
        path = stored.get("/".join(inner))
        if path is not None and not layers[path].model:
            return path, "/".join(parts[depth + 1 :])
    return None


def _by_names(name: str, layers: Mapping[str, Layer]) -> tuple[str, str] | None:
    """The layer of a tensor by the names of layers in its own, and the rest of its name."""
    current = ""
    parts = name.split("/")
    for depth, part in enumerate(parts[:-1]):
        path = f"{current}/{part}" if current else part
        layer = layers.get(path)
        if layer is not None and not layer.model:
            return path, "/".join(parts[depth + 1 :])
        current = path if layer is not None else current
    return None


def _name_inside(entry: object) -> str | None:
    config = entry.get("config") if isinstance(entry, dict) else None
    name = config.get("name") if isinstance(config, dict) else None
    return name if isinstance(name, str) else None


def _by_folder(names: list[str]) -> list[Home]:
    """Layers that no configuration names, by the folders of their cells; with what else is in these folders."""
    cells = [folder.split("/") for folder in Home("", None, {name: name for name in names}).cells()]
    members = Counter(tuple(parts[: _end_of_layer(parts)]) for parts in cells if not _is_part(parts))
    found: dict[str, Home] = {}
    for parts in cells:
        own = parts[: _end_of_layer(parts)]
        if members[tuple(own)] > 1 and not _is_part(parts):
            own = parts[:-1] if parts[-1] == "vars" else parts
        path = "/".join(part for part in own if part not in _FRAMES)
        found.setdefault("/".join(own), Home(path, None, folder=tuple(own)))
    for name in names:
        parts = name.split("/")
        for depth in range(len(parts) - 1, 0, -1):
            home = found.get("/".join(parts[:depth]))
            if home is not None:
                home.tensors["/".join(parts[depth:])] = name
                break
    return list(found.values())


def _side_at(parts: list[str]) -> int | None:
    """Where a folder's name says which direction of its layer it holds."""
    for place, part in enumerate(parts):
        inside = any(before not in _FRAMES for before in parts[:place]) and part not in parts[:place]
        if inside and (part in _HALVES if parts[-1] == "vars" else _SIDE.match(part)):
            return place
    return None


def _is_part(parts: list[str]) -> bool:
    """Whether a cell is one of several that its layer is made of: a direction, or a member of a stack."""
    return _side_at(parts) is not None or "stacked_rnn_cells" in parts or parts[-4:-2] == ["cell", "cells"]


def _end_of_layer(parts: list[str]) -> int:
    """How many parts of a cell's folder are the layer's."""
    side = _side_at(parts)
    if side is not None:
        return side
    if parts[-1] == "vars":
        stacked = 4 if parts[-4:-2] == ["cell", "cells"] else 0
        return len(parts) - (stacked or (2 if parts[-2:-1] == ["cell"] else 1))
    named = len([part for part in parts if part not in _FRAMES]) > 1 and bool(_CELL.match(parts[-1]))
    return len(parts) - named - (named and parts[-2] == "stacked_rnn_cells")
