"""What a file says beside a network's weights: settings of its module, and tensors that cannot be read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.names import place_of
from explorer.models.files import Contents, named

_SAID = 3
_MADE = "made by "


def with_stated(groups: Sequence[Group], problems: Sequence[str], contents: Contents) -> tuple[list[Group], list[str]]:
    """Groups with what the file's modules state of them, without those that an unreadable tensor belongs to.

    Args:
        groups: as found.
        problems: a sentence for each that could not be read.
        contents: the file.
    """
    lacking = {place.prefix: name for name in contents.unreadable if (place := place_of(name)) is not None}
    sentences = [_sentence(name, contents.unreadable[name]) for name in lacking.values()]
    said = (*contents.notes, *_left_out(contents))
    kept = [replace(_settled(one, contents), notes=(*one.notes, *said)) for one in groups if one.name not in lacking]
    return kept, [*sentences, *problems]


def only_objects(contents: Contents) -> str:
    """The sentence for a file that holds no tensor, but what code would have to make."""
    why = next(iter(contents.unreadable.values())).removeprefix(_MADE)
    return (
        f"This file holds no tensors, only what {named(why)} would make: to open it would run code. Nothing was run. "
        "Save the weights alone: torch.save(model.state_dict(), path)."
    )


def _sentence(name: str, why: str) -> str:
    if why.startswith(_MADE):
        return (
            f"{named(name)} is no tensor but what {named(why.removeprefix(_MADE))} would make, and nothing is run: "
            "save the weights alone, torch.save(model.state_dict(), path)."
        )
    return why if why.endswith(".") else f"The tensor {named(name)} is {why}: save plain ones, tensor.to_dense()."


def _left_out(contents: Contents) -> list[str]:
    """A note for each tensor, of whatever else is in the file, that could not be read."""
    tensors = [
        name for name, why in contents.unreadable.items() if not why.startswith(_MADE) and place_of(name) is None
    ]
    return [f"The tensor {named(name)} cannot be read and was left out." for name in tensors[:_SAID]]


def _settled(group: Group, contents: Contents) -> Group:
    """A group whose squash is known where its module, or each of its cells, states it."""
    stated = {_nonlinearity(contents.modules.get(name, {})) for name in (group.parts or (group.name,))}
    if "nonlinearity" not in group.asks or len(stated) != 1 or not (squash := stated.pop()):
        return group
    asks = tuple(one for one in group.asks if one != "nonlinearity")
    return replace(group, asks=asks, options={**group.options, "nonlinearity": squash})


def _nonlinearity(module: Mapping[str, Any]) -> str:
    mode = str(module.get("mode", ""))
    squash = module.get("nonlinearity") or (mode.removeprefix("RNN_").lower() if mode.startswith("RNN_") else "")
    return squash if squash in ("tanh", "relu") else ""
