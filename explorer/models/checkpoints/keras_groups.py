"""Recurrent networks of a Keras file: one a layer, stacks where the file's graph chains layers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models.checkpoints.beside import refuse_acting
from explorer.models.checkpoints.group import Group, make_group
from explorer.models.checkpoints.keras_cells import converted, is_cell, is_convolutional, is_cudnn, kind_of
from explorer.models.checkpoints.keras_gates import with_joined_gates
from explorer.models.checkpoints.keras_places import Home, homes, side_of, turn_of
from explorer.models.checkpoints.keras_settings import PLAIN, Stated, assumed, cells_of, options_of
from explorer.models.checkpoints.keras_stacks import Part, joined
from explorer.models.checkpoints.keras_wired import wired
from explorer.models.checkpoints.keras_wiring import Wiring
from explorer.models.checkpoints.starts import starts_of
from explorer.models.checkpoints.torch_groups import Found
from explorer.models.files import Array, Contents, named
from explorer.models.files.keras_layers import stored_name
from explorer.signals import with_article

_Folders = dict[bool, list[dict[str, str]]]
"""By side, whether it reads from the end: the tensors of its cells, by role, from the lowest."""
_OWN = frozenset(stored_name(kind) for kind in (*PLAIN, "RNN", "Bidirectional", "TimeDistributed"))
"""What files of Keras 3 call layers of Keras's own recurrent classes."""
_LISTS = (("layers",), ("_layer_checkpoint_dependencies",))
"""Folders whose members are named after their classes."""


def keras_groups(contents: Contents) -> Found:
    """Every recurrent network of a Keras file, both directions of a `Bidirectional` together.

    Layers are one network where the file's graph chains them directly and they are alike; what else stands before and
    after a network is named in its ``between`` and ``after``.
    """
    contents = with_joined_gates(contents)
    every = homes(contents)
    found = [home for home in every if _cells(home, contents)]
    places = {home.path: home for home in every if home.layer}
    wiring = Wiring(contents.layers)
    parts: list[Part] = []
    problems = []
    for home, name in zip(found, _names(found), strict=True):
        try:
            groups = _networks(name, home, contents)
            for level, group in enumerate(groups):
                parts.append(wired(Part(group, home, level, len(groups)), wiring, places, contents))
        except CheckpointError as problem:
            problems.append(str(problem))
    return joined(parts), problems


def _names(found: list[Home]) -> list[str]:
    """Each layer's own name, with those of its models where several are called alike."""
    short = [home.path.rpartition("/")[2] for home in found]
    count = Counter(short)
    return [one if one and count[one] == 1 else home.path for one, home in zip(short, found, strict=True)]


def _cells(home: Home, contents: Contents) -> dict[str, dict[str, str]]:
    """The folders of a layer that hold cells, or convolutional ones, which are refused by name."""
    return {
        folder: roles
        for folder, roles in home.cells().items()
        if is_cell(contents.tensors, roles) or is_convolutional(contents.tensors, roles)
    }


def _networks(name: str, home: Home, contents: Contents) -> list[Group]:
    """The networks of one layer: one, or each cell of a stack of unlike sizes.

    Raises:
        CheckpointError: the layer is none that is shown here.
    """
    sides = _sides(name, home, contents)
    stated = {reverse: _stated(name, home, reverse, len(cells)) for reverse, cells in sides.items()}
    levels = len(sides[False])
    sizes = {contents.tensors[roles["recurrent"]].shape[0] for roles in sides[False]}
    if levels == 1 or len(sizes) == 1:
        return [_group(name, home, sides, stated, contents)]
    return [
        _group(
            f"{name}/{level}", home, {False: [sides[False][level]]}, {False: [stated[False][level]]}, contents, level
        )
        for level in range(levels)
    ]


def _sides(name: str, home: Home, contents: Contents) -> _Folders:
    """The cells of a layer by direction.

    Raises:
        CheckpointError: they are convolutional, of another class than is known, or a direction is missing.
    """
    folders = _cells(home, contents)
    if any(not is_cell(contents.tensors, roles) for roles in folders.values()):
        kind = home.layer.kind if home.layer else "ConvLSTM"
        raise CheckpointError(
            f"The layer {named(home.path)} is a {named(kind)}, whose gates are pictures made by convolution: "
            "only LSTM, GRU and RNN layers are shown here."
        )
    stem = home.folder[-1].rstrip("0123456789").rstrip("_") if home.folder[-2:-1] in _LISTS else ""
    if stem and stem not in _OWN:
        raise CheckpointError(
            f"The layer {named(home.path)} is of the class {named(stem)}, which is not Keras's own LSTM, GRU or "
            f"SimpleRNN: what it computes from {named(next(iter(home.tensors.values())))} is not in the file."
        )
    sides: dict[bool, list[tuple[int, dict[str, str]]]] = {}
    for folder, roles in folders.items():
        sides.setdefault(side_of(folder, home.layer), []).append((turn_of(folder), roles))
    if set(sides) == {True}:
        raise CheckpointError(f"Only the backward half of {named(name)} is in the file: save all weights.")
    if len(sides) == 2 and any(len(cells) > 1 for cells in sides.values()):
        raise CheckpointError(
            f"{named(name)} stacks several cells in each direction, which no network of PyTorch does: open a model "
            "with one bidirectional layer on another."
        )
    return {reverse: [roles for _, roles in sorted(cells, key=lambda one: one[0])] for reverse, cells in sides.items()}


def _stated(name: str, home: Home, reverse: bool, count: int) -> list[Stated | None]:
    """What the file states of each cell of a direction, None where it states nothing.

    Raises:
        CheckpointError: it states another class or another number of cells.
    """
    if home.layer is None:
        return [None] * count
    try:
        cells = cells_of(home.layer, reverse)
    except CheckpointError as problem:
        names = ", ".join(named(one.rpartition("/")[2]) for one in list(home.tensors.values())[:4])
        raise CheckpointError(f"{str(problem).removesuffix('.')}: {names}." if names else str(problem)) from None
    if len(cells) != count:
        raise CheckpointError(f"The file holds {count} cells of {named(name)} and states {len(cells)}: save it again.")
    return list(cells)


def _group(
    name: str,
    home: Home,
    sides: _Folders,
    stated: Mapping[bool, list[Stated | None]],
    contents: Contents,
    level: int = 0,
) -> Group:
    """One network of a layer.

    Args:
        name: of the network.
        home: its layer.
        sides, stated: its cells by direction, and what the file states of each.
        contents: the file.
        level: which cell of the layer's stack is its lowest.
    """
    known = [
        _options(name, roles, cell, contents)
        for reverse in sorted(sides)
        for roles, cell in zip(sides[reverse], stated[reverse], strict=True)
    ]
    options, said = known[0][0], dict.fromkeys(note for _, notes in known for note in notes)
    if any(one != options for one, _ in known):
        raise CheckpointError(
            f"The cells of {named(name)} squash or reset differently, which no one network here does: save its layers "
            "apart."
        )
    layers = [
        [converted(name, _arrays(sides[reverse][place], contents))[0] for reverse in sorted(sides)]
        for place in range(len(sides[False]))
    ]
    taken = [one for cells in sides.values() for roles in cells for one in roles.values()]
    sources = [one for name in taken for one in contents.made_of.get(name, (name,))]
    if level:
        said[f"In Keras this cell reads what cell {level - 1} of the same layer gives."] = None
    asks = _asks(sides[False][0], stated[False][0], options, contents)
    group = make_group(name, layers, contents, sources, options=options, asks=asks, notes=tuple(said))
    return _with_beside(group, _unused(home, contents), contents)


def _with_beside(group: Group, names: tuple[str, ...], contents: Contents) -> Group:
    """A network with its trained start, and with what else stands in its layer unused.

    Raises:
        CheckpointError: a tensor could act inside a step, with its name.
    """
    leaves = {name.rpartition("/")[2].split(":")[0]: name for name in names}
    states, taken, _ = starts_of(group, leaves, {leaf: contents.tensors[name] for leaf, name in leaves.items()})
    starts = tuple(leaves[leaf] for leaf in taken)
    left = tuple(name for name in names if name not in starts)
    refuse_acting(group, left, contents)
    said = (f"It starts from the file's own trained state, {' and '.join(map(named, starts))}.",) if starts else ()
    return replace(group, initial=states, unused=left, sources=(*group.sources, *starts), notes=(*group.notes, *said))


def _arrays(roles: Mapping[str, str], contents: Contents) -> dict[str, Array]:
    return {role: contents.tensors[one] for role, one in roles.items()}


def _options(
    name: str, roles: Mapping[str, str], stated: Stated | None, contents: Contents
) -> tuple[dict[str, object], list[str]]:
    """One cell's options, and sentences about them."""
    stored = _arrays(roles, contents)
    kind, after = kind_of(stored["recurrent"]), converted(name, stored)[1]
    if stated is None:
        gates = roles["kernel"] in contents.made_of
        version = contents.version or ("1.0" if gates else "")
        options, notes = assumed(kind, "CuDNN" if is_cudnn(stored) else "", version)
    else:
        units = stated.settings.get("units", stated.settings.get("output_dim"))
        if PLAIN[stated.kind] != kind or (isinstance(units, int) and units != len(stored["recurrent"])):
            what = f"{with_article(stated.kind)} of {units if isinstance(units, int) else 'other'} units"
            raise CheckpointError(
                f"The file states that {named(name)} is {what}, but its weights are those of "
                f"{len(stored['recurrent'])} units of another kind or size: save it again."
            )
        options, notes = options_of(name, stated, contents)
    if is_cudnn(stored):
        notes = [*notes, "Stored as cuDNN takes it: its matrices and two biases were put in PyTorch's order."]
    return options | (
        {"reset_after": after} if after is not None and CELLS[kind].has_option("reset_after") else {}
    ), notes


def _asks(
    roles: Mapping[str, str], stated: Stated | None, options: Mapping[str, object], contents: Contents
) -> tuple[str, ...]:
    """What neither the file nor the version of Keras that wrote it says of a network's cells."""
    stored = _arrays(roles, contents)
    kind = kind_of(stored["recurrent"])
    after = CELLS[kind].has_option("reset_after") and "reset_after" not in options
    gates = (
        CELLS[kind].keep_gate is not None and stated is None and not is_cudnn(stored) and "hard_sigmoid" not in options
    )
    return (*(("reset_after",) if after else ()), *(("hard_sigmoid",) if gates else ()))


def _unused(home: Home, contents: Contents) -> tuple[str, ...]:
    """The layer's numbers that no cell takes, without the seeds of its dropout."""
    taken = {name for roles in _cells(home, contents).values() for name in roles.values()}
    return tuple(
        name
        for place, name in home.tensors.items()
        if name not in taken and contents.tensors[name].dtype.kind == "f" and "seed_generator" not in place
    )
