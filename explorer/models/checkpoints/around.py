"""What stands around a recurrent module and could act between its steps: it is named, since no name says that it does.

A cell is called step by step by code that no file holds: a matrix on the state (ODE-RNN, a Mogrifier LSTM) may come
between two steps. So may a vector of the units' size that belongs to no layer (a phased LSTM's periods, a decay).
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np

from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.readouts import is_bias
from explorer.models.checkpoints.starts import start_of
from explorer.models.files import Contents

_LAYERED = re.compile(r"_l\d+(_reverse)?$")
_LAYER = re.compile(r"weight|bias|kernel|gamma|beta|running_(mean|var)", re.IGNORECASE)


def between_steps(
    group: Group, free: Sequence[str], explained: Collection[str], contents: Contents, others: Sequence[Group]
) -> list[str]:
    """Names of tensors around a network's module that could act between its steps.

    Args:
        group: the network.
        free: the file's tensors that belong to no network.
        explained: those of them that are known to be something else, such as the head.
        contents: the file.
        others: the other groups of the file.
    """
    found = _inner(group, others)
    if not group.name or len(group.cells) > 1:
        return found
    for names in _siblings(group, free, others):
        matrices = [name for name in names if contents.tensors[name].ndim > 1 and _sized(name, contents) > 1]
        if not matrices:
            loose = [name for name in names if _is_loose(name, group, contents) or _is_dial(name, group, contents)]
            found += [name for name in loose if name not in explained]
        elif _is_cell(group) and not set(names) & set(explained) and _goes_round(matrices, group, contents):
            found += matrices
    return found


def _siblings(group: Group, free: Sequence[str], others: Sequence[Group]) -> list[list[str]]:
    """The tensors of each module beside a network's, and each parameter beside it, without what holds networks."""
    own = _path(group.name)
    parent = own[:-1]
    held = {_path(one.name)[: len(own)] for one in (group, *others)}
    kept: dict[tuple[str, ...], list[str]] = {}
    for name in free:
        path = _path(name)
        beside = path[: len(own)]
        if path[: len(parent)] == parent and len(path) > len(parent) and beside not in held:
            kept.setdefault(beside, []).append(name)
    return list(kept.values())


@lru_cache(maxsize=100_000)
def _path(name: str) -> tuple[str, ...]:
    return tuple(re.split(r"[./]", name))


def _is_cell(group: Group) -> bool:
    """Whether its weights are called as a cell's, which computes one step: without a layer's number."""
    return not any(_LAYERED.search(name) for name in group.sources)


def _sized(name: str, contents: Contents) -> int:
    """How many axes of a tensor are longer than 1."""
    return sum(size != 1 for size in contents.tensors[name].shape)


def _is_loose(name: str, group: Group, contents: Contents) -> bool:
    """Whether it is a parameter of no layer with a number for each unit."""
    values = contents.tensors[name]
    sizes = {group.hidden_size, len(group.cells[0][0]["weight_hh"])}
    fits = values.dtype.kind == "f" and values.size in sizes and _sized(name, contents) == 1
    return fits and start_of(name) is None and not _LAYER.search(_path(name)[-1]) and not is_bias(name, contents)


def _is_dial(name: str, group: Group, contents: Contents) -> bool:
    """Whether it is a number that the module around a cell keeps beside it: a leak, a spiking cell's threshold."""
    values, path = contents.tensors[name], _path(name)
    beside = len(path) == len(_path(group.name)) > 1
    return beside and _is_cell(group) and values.dtype.kind == "f" and values.size == 1 and not _LAYER.search(path[-1])


def _goes_round(names: Sequence[str], group: Group, contents: Contents) -> bool:
    """Whether matrices read the state and give a state, or inputs, again."""
    shapes = [contents.tensors[name].shape for name in names if contents.tensors[name].ndim == 2]
    units = group.output_size
    return any(shape[1] == units for shape in shapes) and any(shape[0] in (units, group.input_size) for shape in shapes)


def _inner(group: Group, others: Sequence[Group]) -> list[str]:
    """The weights of networks that stand inside a network's own module, where PyTorch's have none."""
    own = [name for name in group.sources if name.startswith(f"{group.name}.")] if group.name else []
    within = [one for one in others if own and one.name.startswith(f"{group.name}.")]
    return [name for one in within if not _is_copy(one, group) for name in one.sources]


def _is_copy(one: Group, other: Group) -> bool:
    """Whether a network's weights are all another's, stored once more."""
    theirs = [values for level in other.cells for cell in level for values in cell.values()]
    mine = [values for level in one.cells for cell in level for values in cell.values()]
    return all(any(np.array_equal(values, two) for two in theirs) for values in mine)
