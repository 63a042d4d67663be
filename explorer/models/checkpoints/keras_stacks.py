"""Layers of Keras that the file's graph puts directly on each other, as one network."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.keras_places import Home
from explorer.models.checkpoints.keras_settings import Settings, wrapper_of
from explorer.models.checkpoints.keras_wiring import After, Before
from explorer.models.files import Array, Layer


@dataclass(frozen=True, eq=False)
class Part:
    """A network of one layer.

    Attributes:
        group: the network.
        home: the layer, with what the file states of it.
        level, levels: which of the layer's own cells it is, where they make several networks.
        before, after: what the file's graph puts before and after the layer.
    """

    group: Group
    home: Home
    level: int = 0
    levels: int = 1
    before: Before = field(default_factory=Before)
    after: After = field(default_factory=After)

    @property
    def layer(self) -> Layer | None:
        """What the file states of the layer."""
        return self.home.layer if self.levels == 1 else None


def joined(parts: Sequence[Part]) -> list[Group]:
    """The networks, each run of layers that the graph chains as one.

    Layers are one network only where each reads the whole sequence that the one below gives and nothing else does
    so, and where they are alike in kind, size, directions and settings.
    """
    by_path = {part.layer.path: part for part in parts if part.layer}
    above: dict[str, str] = {}
    for path, part in by_path.items():
        below = part.before.below
        lower = by_path.get(below.path) if below else None
        if below and lower and _chains(lower, part):
            above[below.path] = path
    upper = set(above.values())
    groups = []
    names = {part.group.name for part in parts}
    for part in parts:
        path = part.layer.path if part.layer else ""
        if path not in upper:
            run = [part]
            while path in above:
                path = above[path]
                run.append(by_path[path])
            groups.append(part.group if len(run) == 1 else _one([one.group for one in run], names))
    return groups


def recurrent_settings(layer: Layer) -> Settings:
    """The settings of the recurrent layer itself, inside a wrapper."""
    return wrapper_of(layer)[1]


def merges(layer: Layer) -> object:
    """How a layer puts its two directions together; ``"concat"`` where it has one."""
    return layer.settings.get("merge_mode", "concat") if layer.kind == "Bidirectional" else "concat"


def _chains(lower: Part, upper: Part) -> bool:
    below, here = lower.layer, upper.layer
    if below is None or here is None or len(below.calls) != 1 or len(here.calls) != 1:
        return False
    one, other = lower.group, upper.group
    whole = recurrent_settings(below).get("return_sequences") is True and merges(below) == "concat"
    straight = not any(recurrent_settings(layer).get("go_backwards") for layer in (below, here))
    alone = [layer.path for layer in lower.after.above] == [here.path]
    started = bool(lower.before.states) == bool(upper.before.states)
    alike = all(
        getattr(one, what) == getattr(other, what)
        for what in ("kind", "hidden_size", "num_directions", "bias", "options", "asks")
    )
    return whole and straight and alone and started and alike and other.input_size == one.output_size


def _one(groups: Sequence[Group], taken: set[str]) -> Group:
    first, last = groups[0], groups[-1]
    names = [group.name for group in groups]
    said = f"The file's graph puts these layers directly on each other: {', '.join(names[:8])}."
    return replace(
        first,
        name=_shared(names, taken),
        cells=tuple(layer for group in groups for layer in group.cells),
        sources=tuple(one for group in groups for one in group.sources),
        notes=(said, *dict.fromkeys(note for group in groups for note in group.notes)),
        unused=tuple(one for group in groups for one in group.unused),
        initial=_starts(groups),
        parts=tuple(names),
        after=last.after,
        heads=last.heads,
        head=last.head,
        gives=last.gives,
        reads=last.reads,
    )


def _starts(groups: Sequence[Group]) -> dict[str, Array]:
    """The trained starts of a stack, zeros for layers that have none."""
    names = dict.fromkeys(name for group in groups for name in group.initial)
    shape = (groups[0].num_directions, groups[0].hidden_size)
    return {
        name: np.concatenate([group.initial.get(name, np.zeros(shape, np.float32)) for group in groups])
        for name in names
    }


def _shared(names: Sequence[str], taken: set[str]) -> str:
    """``lstm`` for ``lstm`` and ``lstm_1``, where no other network is called so; else the names side by side."""
    stems = {name.rstrip("0123456789").rstrip("_") for name in names}
    stem = stems.pop() if len(stems) == 1 else ""
    return stem if stem and (stem in names or stem not in taken) else " + ".join(names)
