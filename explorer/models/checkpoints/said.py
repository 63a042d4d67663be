"""What a file says beside its networks: notes about the whole of it, and tensors that cannot be read."""

from collections.abc import Sequence
from dataclasses import replace

from explorer.models.checkpoints.beside import in_namespace
from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.names import place_of
from explorer.models.files import Contents, named

_SAID = 3
_MADE = "made by "


def with_said(groups: Sequence[Group], problems: Sequence[str], contents: Contents) -> tuple[list[Group], list[str]]:
    """Groups with what is to be said of the whole file, without those that an unreadable tensor belongs to.

    Args:
        groups: as found.
        problems: a sentence for each that could not be read.
        contents: the file.
    """
    lacking = {place.prefix: name for name in contents.unreadable if (place := place_of(name)) is not None}
    sentences = [_sentence(name, contents.unreadable[name]) for name in lacking.values()]
    said = (*contents.notes, *_left_out(contents))
    kept = [replace(one, notes=(*one.notes, *said)) for one in groups if one.name not in lacking]
    return kept, [*sentences, *problems]


def with_unreadable(group: Group, contents: Contents) -> Group:
    """A group whose own tensors that cannot be read count among those that were not used."""
    tensors = [name for name, why in contents.unreadable.items() if not why.startswith(_MADE)]
    own = [name for name in group.sources if name.startswith(group.name)]
    beside = [name for name in in_namespace(group.name, own, tensors) if group.name or "." not in name]
    return replace(group, unused=(*group.unused, *beside))


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
