"""What is kept of the calls of one module while its model runs."""

import weakref
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from explorer.errors import ExplorerError
from explorer.models import Model
from explorer.models.model.build import take_over
from explorer.watching.kept import Kept, copied, unpacked

Room = Callable[[int], bool]
"""``room(bytes)`` says whether so many more may be kept."""


class Mark(NamedTuple):
    """A tensor as it was at one moment, without holding it."""

    tensor: weakref.ref[Tensor]
    place: int
    version: int

    @classmethod
    def of(cls, tensor: Tensor) -> "Mark":
        """The mark of a tensor as it is now."""
        return cls(weakref.ref(tensor), tensor.data_ptr(), _version(tensor))

    def is_of(self, tensor: Tensor) -> bool:
        """Whether this is the same tensor, and nothing was written to it since."""
        same = self.tensor() is tensor and self.place == tensor.data_ptr()
        return same and self.version == _version(tensor)


def _version(tensor: Tensor) -> int:
    """How often a tensor has been written to; of one made in inference mode nothing counts it."""
    return -1 if tensor.is_inference() else tensor._version


class Log:
    """The calls of one module; `keep` is its forward hook.

    Args:
        name: the module's qualified name.
        module: the module.
        room: asked before a call is kept.

    Attributes:
        kept: the calls.
        dropped: how many more there were, for which there was no room.
        refused: why calls could not be kept, each reason once.
    """

    def __init__(self, name: str, module: nn.Module, room: Room) -> None:
        self.name, self.module = name, module
        self.kept: list[Kept] = []
        self.dropped = 0
        self.refused: dict[str, None] = {}
        self._room = room
        self._weights: list[Mark] = []
        self._model: Model | None = None
        self._ended: list[Mark] = []

    def keep(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        """Copy what went in and came out; whatever fails is said and never reaches the model."""
        try:
            with torch.no_grad():
                self._keep(module, args, kwargs, output)
        except ExplorerError as reason:
            self.refused[str(reason)] = None
        except Exception as reason:  # inside the user's own run, which must go on
            self.refused[f"A call could not be kept ({type(reason).__name__}: {str(reason)[:80]})."] = None

    def _keep(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        x, *rest = *args, *(kwargs[name] for name in ("input",) if name in kwargs)
        given = _several(rest[0] if rest else kwargs.get("hx"))
        layered = isinstance(output, tuple) and len(output) == 2 and not isinstance(output[1], Tensor)
        layered = layered or hasattr(module, "num_layers")
        out, last = (output[0], _several(output[1])) if layered else (_first(output), _several(output))
        assert last is not None
        values, packing = unpacked(x)
        shown, _ = unpacked(out)
        model, more = self._taken_over(module)
        if not self._room(values.nbytes + shown.nbytes + sum(one.nbytes for one in last) + more):
            self.dropped += 1
            return
        follows = self._followed(given)
        self.kept.append(
            Kept(
                model=model,
                x=_over_time(values, layered),
                output=_over_time(shown, layered),
                last=tuple(_over_time(one, layered) for one in last),
                given=None if given is None or follows else tuple(_over_time(one, layered) for one in given),
                follows=follows,
                packing=packing,
                batch_first=bool(getattr(module, "batch_first", False)),
                exact_layers=_exact_layers(module),
            )
        )
        self._ended = [Mark.of(one) for one in last]

    def _followed(self, given: tuple[Tensor, ...] | None) -> Kept | None:
        """The call before, where its last states are what this one was given, the same tensors untouched."""
        if given is None or len(given) != len(self._ended):
            return None
        return self.kept[-1] if all(map(Mark.is_of, self._ended, given)) else None

    def _taken_over(self, module: nn.Module) -> tuple[Model, int]:
        """The weights of this call, taken over anew where they have changed since the last; and what that takes."""
        weights = [one for one in _weights(module) if isinstance(one, Tensor)]
        same = len(weights) == len(self._weights) and all(map(Mark.is_of, self._weights, weights))
        if self._model is not None and same:
            return self._model, 0
        self._model, self._weights = take_over(module, self.name), [Mark.of(one) for one in weights]
        return self._model, 4 * self._model.num_parameters


def _weights(module: nn.Module) -> Iterable[Any]:
    """What a module's weights are made of: where they are computed anew each time, what they are computed from."""
    if module._modules:
        return module.parameters()
    return getattr(module, "_flat_weights", None) or module._parameters.values()


def _over_time(values: Tensor, layered: bool) -> Tensor:
    """A copy; a cell's numbers as one layer's over one step."""
    return copied(values) if layered else copied(values)[None]


def _several(states: Any) -> tuple[Tensor, ...] | None:
    return states if states is None or isinstance(states, tuple) else (states,)


def _first(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) and not isinstance(output, PackedSequence) else output


def _exact_layers(module: nn.Module) -> int | None:
    """1 where dropout acted between the layers of this call, whose masks nobody keeps; None where all are exact."""
    between = getattr(module, "num_layers", 1) > 1
    return 1 if module.training and between and getattr(module, "dropout", 0.0) else None
