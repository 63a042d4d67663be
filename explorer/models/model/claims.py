"""What may be claimed of a run: how far it is from PyTorch's, why it cannot be compared, and what was left out."""

from typing import Protocol

from explorer.cells import CELLS
from explorer.models.model.model import Model
from explorer.sequences import legible

_NAMED, _LONGEST = 3, 40


def incomparable(model: Model, held: bool = False, masked: bool = False) -> str:
    """Why PyTorch cannot run this itself, as a clause; "" where it can.

    Args:
        model: the model.
        held: whether signals were held.
        masked: whether every step was masked.
    """
    if held:
        return "signals were held"
    lacks = model.stack[0][0].lacks
    return lacks or ("every step is masked, so that nothing was computed" if masked else "")


def claim(model: Model, max_error: float | None) -> str:
    """How far a run is from PyTorch's, in a few words that claim nothing of tensors that were not used.

    Args:
        model: the model.
        max_error: the run's largest difference, or None where PyTorch has no equivalent.
    """
    if max_error is None:
        said = "no PyTorch equivalent"
    elif max_error != max_error:
        said = "not finite, in PyTorch neither"
    elif model.card.get("doubts") and not model.unused:
        said = f"equals PyTorch's own {model.kind.upper()}"
    elif model.unused:
        said = f"equals PyTorch's {CELLS[model.kind].title} on the tensors used"
    else:
        said = "equals PyTorch exactly" if max_error == 0 else f"equals PyTorch to {max_error:.0e}".replace("e-0", "e-")
    return f"{said}; {_count(model)} not used" if model.unused else said


class Partial(Protocol):
    """A model, or a run of it, that may have left out tensors of its file."""

    @property
    def kind(self) -> str: ...

    @property
    def unused(self) -> tuple[str, ...]: ...


def left_out(model: Partial) -> str:
    """One sentence that names tensors beside the cell's that were not used; "" where all were."""
    if not model.unused:
        return ""
    names = ", ".join(legible(name, _LONGEST) for name in model.unused[:_NAMED])
    more = ", …" if len(model.unused) > _NAMED else ""
    one = len(model.unused) == 1
    return (
        f"{'1 tensor' if one else f'{len(model.unused)} tensors'} beside this {CELLS[model.kind].title}'s weights "
        f"{'was' if one else 'were'} not used ({names}{more}): if the network uses {'it' if one else 'them'}, "
        "these are not its gates."
    )


def _count(model: Model) -> str:
    count = len(model.unused)
    return "1 tensor was" if count == 1 else f"{count} tensors were"
