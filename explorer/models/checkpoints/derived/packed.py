"""PyTorch's dynamically quantised layers, whose weights are packed with their biases."""

import re
from collections.abc import Mapping

from explorer.models.checkpoints.derived.joining import Joining, candidates
from explorer.models.checkpoints.names import place_of
from explorer.models.files import Array, Contents, Known, named

_STACKED = re.compile(
    r"^(?P<before>.*?)_all_weight_values\.(?P<turn>\d{1,4})\.param\.packed\.0\.(?:"
    r"4\.(?P<side>[01])\.packed\.0\.(?P<what>[01])|1\.[01])$"
)
_CELL = re.compile(r"^(?P<before>.*?)_packed_weight_(?P<side>ih|hh)\.packed\.0\.(?P<what>[01])$")
_LINEAR = re.compile(r"^(?P<before>.*?)_packed_params\._packed_params\.(?P<what>[01])$")
_SIDES = {"0": "ih", "1": "hh"}
_HOW = "packed (dynamic quantisation)"
_ROUNDS = (
    "The quantised module also rounds its inputs and states to 8 bits at each step; here only its weights are rounded, "
    "so its own states differ by about a hundredth."
)


def with_packed(contents: Contents) -> Contents:
    """Contents in which the packed weights of `torch.ao.nn.quantized.dynamic` lie under the names of `torch.nn`."""
    joining = Joining(contents)
    stacks: dict[str, dict[int, dict[str, str]]] = {}
    for name in candidates(contents):
        if "_packed_" not in name and ".packed." not in name:
            continue
        if match := _STACKED.match(name):
            roles = stacks.setdefault(match["before"], {}).setdefault(int(match["turn"]), {})
            if match["side"]:
                roles[f"{_role(match['what'])}_{_SIDES[match['side']]}"] = name
            else:
                joining.drop([name])
        elif match := _CELL.match(name):
            _move(joining, f"{match['before']}{_role(match['what'])}_{match['side']}", name)
        elif match := _LINEAR.match(name):
            _move(joining, f"{match['before']}{_role(match['what'])}", name)
            joining.drop([match["before"] + ending for ending in ("scale", "zero_point")])
    for before, turns in stacks.items():
        _unstack(joining, before, turns)
    return joining.done()


def _role(what: str) -> str:
    return "bias" if what == "1" else "weight"


def _move(joining: Joining, target: str, name: str) -> None:
    joining.put(target, joining.contents.tensors[name], (name,), _HOW)
    place = place_of(target)
    if place is not None and "quantised" in joining.contents.converted.get(name, ""):
        joining.know(place.prefix, Known(notes=(_ROUNDS,)))


def _unstack(joining: Joining, before: str, turns: Mapping[int, Mapping[str, str]]) -> None:
    """Layers and directions lie in one list: a layer that reads what two directions give has twice the columns."""
    tensors = joining.contents.tensors
    cells = [{role: tensors[name] for role, name in turns[turn].items()} for turn in sorted(turns)]
    prefix = before.rstrip(".")
    stated = joining.contents.modules.get(prefix, {}).get("bidirectional")
    fitting = [ways for ways in (1, 2) if _fits(cells, ways) and stated in (None, ways == 2)]
    if len(fitting) != 1:
        either = "two layers or two directions" if fitting else "neither one nor two directions"
        problem = (
            f"The quantised layer {named(prefix or 'of this file')} may be {either}, and the file does not say "
            "which: take the live module, explorer.from_torch."
        )
        joining.know(prefix, Known(problem=problem))
    ways = fitting[0] if fitting else 1
    for place, turn in enumerate(sorted(turns)):
        ending = f"_l{place // ways}" + "_reverse" * (place % ways)
        for role, name in turns[turn].items():
            _move(joining, f"{before}{role}{ending}", name)


def _fits(cells: list[dict[str, Array]], ways: int) -> bool:
    """Whether the cells are layers of so many directions: each reads what the layer below gives."""
    if len(cells) % ways or not all(cell.keys() >= {"weight_ih", "weight_hh"} for cell in cells):
        return False
    first = cells[0]["weight_ih"].shape[-1]
    units = cells[0]["weight_hh"].shape[-1]
    reads = [cell["weight_ih"].shape[-1] for cell in cells]
    return reads == [first] * ways + [units * ways] * (len(cells) - ways)
