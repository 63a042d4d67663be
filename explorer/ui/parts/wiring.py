"""What a file's graph puts before and after the recurrent network, in words."""

from explorer.cells import CELLS
from explorer.models import Model
from explorer.models.model.claims import left_out
from explorer.sequences import legible

_LONGEST, _MOST = 40, 8


def chain(model: Model) -> str:
    """The parts in their order, ``"Conv1D 'conv' → LSTM 'lstm' → Dense 'out'"``; "" where nothing stands between."""
    before, after = _parts(model, "between"), _parts(model, "after")
    if not before and not after:
        return ""
    name = str(model.card.get("group", ""))
    title = CELLS[model.kind].title
    own = f"{title} '{legible(name, _LONGEST)}'" if name else title
    first = ["Embedding"] if model.embedding is not None else []
    last = ["Linear head"] if model.head is not None else []
    return " → ".join([*first, *before, own, *after, *last])


def enters(model: Model) -> str | None:
    """What the input stands for where another layer of the file comes before the network."""
    before = _parts(model, "between")
    if not before:
        return None
    return f"The input here is what {before[-1]} gives: type numbers or upload them. Nothing is joined across it."


def joins(model: Model) -> tuple[str, ...]:
    """What the chain means for the reader: nothing is joined across what stands between."""
    after, first = _parts(model, "after"), enters(model)
    last = f"What the network gives goes to {after[0]}; nothing is joined across it." if after else None
    return tuple(one for one in (first, last) if one)


def notes_of(model: Model) -> tuple[str, ...]:
    """What is said of a model, each once; what was not used has a place of its own, the warning."""
    notes = dict.fromkeys((*joins(model), *model.card.get("notes", ())))
    return tuple(note for note in notes if note != left_out(model))


def _parts(model: Model, side: str) -> list[str]:
    """Names of the layers on one side, the middle ones left out where they are many."""
    names = [legible(str(name), _LONGEST) for name in model.card.get(side, ())]
    return names if len(names) <= _MOST else [*names[: _MOST - 2], "…", names[-1]]
