"""Contents in the making: parts go out, what they make comes in at the place of the first of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.models.files import Array, Contents, Known

_LONGEST = 300
PARAMETRIZED = "parametrizations."


class Joining:
    """A copy of a file's contents that resolvers change.

    Args:
        contents: the file, or what an earlier resolver made of it.
    """

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.tensors = dict(contents.tensors)
        self._made_of = dict(contents.made_of)
        self._converted = dict(contents.converted)
        self._harmless = set(contents.harmless)
        self._known = dict(contents.known)
        self._order = {name: float(place) for place, name in enumerate(contents.tensors)}

    def put(self, name: str, values: Array, parts: Sequence[str], how: str = "", beside: Sequence[str] = ()) -> None:
        """Put a weight in the place of its parts.

        Args:
            name: its name, as PyTorch has it.
            values: its numbers.
            parts: the names of what it was computed from.
            how: what kind of parts they are, for a sentence; "" where there is nothing to say.
            beside: names of what belongs to the parts, from which nothing is computed.
        """
        stored = [one for part in parts for one in self._made_of.get(part, (part,))]
        place = min(self._order[part] for part in parts)
        said = [how, *(self._said(part) for part in parts)]
        for used in (*parts, *beside):
            self.tensors.pop(used, None)
            self._converted.pop(used, None)
            self._made_of.pop(used, None)
        self.tensors[name] = values
        self._order[name] = place
        self._made_of[name] = tuple(dict.fromkeys(stored))
        self._harmless |= set(beside) - {name}
        if words := " of ".join(dict.fromkeys(one for one in said if one)):
            self._converted[name] = words

    def drop(self, names: Sequence[str]) -> None:
        """Take out what nothing is computed from."""
        for name in names:
            self.tensors.pop(name, None)
        self._harmless |= set(names)

    def know(self, prefix: str, known: Known) -> None:
        """Keep what a spelling says about the cell; a problem stays once it is known."""
        before = self._known.get(prefix, Known())
        self._known[prefix] = Known(
            {**before.options, **known.options},
            tuple(dict.fromkeys((*before.asks, *known.asks))),
            tuple(dict.fromkeys((*before.notes, *known.notes))),
            before.problem or known.problem,
            tuple(dict.fromkeys((*before.doubts, *known.doubts))),
            known.kind or before.kind,
        )

    def done(self) -> Contents:
        """The contents, in the file's order."""
        ordered = sorted(self.tensors.items(), key=lambda item: self._order[item[0]])
        return replace(
            self.contents,
            tensors=dict(ordered),
            made_of=self._made_of,
            converted=self._converted,
            harmless=frozenset(self._harmless),
            known=self._known,
        )

    def _said(self, part: str) -> str:
        half = part in self.tensors and self.tensors[part].dtype == np.float16
        return self._converted.get(part, "half precision" if half else "")


def candidates(contents: Contents) -> list[str]:
    """The names of tensors that are short enough to be a weight's: a stranger's longest name costs no time."""
    return [name for name in contents.tensors if len(name) <= _LONGEST]


def whole_of(name: str, ending: str) -> str | None:
    """The name of the weight of which a tensor is a part, or None where it is no such part.

    Args:
        name: of the tensor.
        ending: of the part's name; one that begins with a dot is a part that `torch.nn.utils.parametrize` names.

    Example:
        >>> whole_of("lstm.weight_hh_l0_g", "_g"), whole_of("lstm.parametrizations.weight_hh_l0.original", ".original")
        ('lstm.weight_hh_l0', 'lstm.weight_hh_l0')
    """
    if not name.endswith(ending):
        return None
    stem = name.removesuffix(ending)
    if not ending.startswith("."):
        return stem
    before, mark, weight = stem.rpartition(PARAMETRIZED)
    return before + weight if mark and weight and "." not in weight else None


def wide(values: Array) -> Array:
    """Numbers in double precision, to compute with."""
    return values.astype(np.float64)


def narrow(values: Array, *like: Array) -> Array:
    """Computed numbers in the precision that a cell has: double where all that they came from was, else single."""
    double = all(one.dtype.kind == "f" and one.dtype.itemsize == 8 for one in like)
    return np.asarray(values, dtype=np.float64 if double else np.float32)
