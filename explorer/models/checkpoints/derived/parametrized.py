"""Weights that are computed by a parametrization of which the file keeps the argument but not the function."""

import re

from explorer.models.checkpoints.derived.joining import PARAMETRIZED, Joining, candidates, whole_of
from explorer.models.checkpoints.names import place_of
from explorer.models.files import Contents, Known, named

_ENDINGS = (".original", ".original0", ".original1")

_BASE = re.compile(r"^(.*?parametrizations\.[^.]+)\.\d+\.base$")


def with_parametrized(contents: Contents) -> Contents:
    """Contents that know which cells cannot be read, because a weight of theirs is a function of what is stored.

    `torch.nn.utils.parametrizations.orthogonal` is one of three functions (matrix exponential, Cayley map, Householder
    reflections), and which one is written nowhere; the same holds of anyone's own parametrization.
    """
    joining = Joining(contents)
    names = [name for name in candidates(contents) if PARAMETRIZED in name]
    based = {match[1] for name in names if (match := _BASE.match(name))}
    for name in names:
        ending = next((one for one in _ENDINGS if name.endswith(one)), "")
        whole = whole_of(name, ending) if ending else None
        place = place_of(whole) if whole else None
        if whole and place:
            joining.know(place.prefix, Known(problem=_problem(whole, name.removesuffix(ending) in based)))
    return joining.done()


def _problem(weight: str, base: bool) -> str:
    which = "an orthogonal one, by matrix exponential or Cayley map" if base else "orthogonal or another"
    return (
        f"{named(weight)} is computed by a parametrization ({which}) that the file does not name: take the "
        "live module, explorer.from_torch, or call parametrize.remove_parametrizations before saving."
    )
