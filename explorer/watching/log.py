"""What is kept of the calls of one module while its model runs."""

import operator
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from torch import Tensor, nn

from explorer.errors import ExplorerError, ShapeError
from explorer.models import Model
from explorer.models.model.build import take_over
from explorer.watching.kept import Kept, copied, unpacked

Room = Callable[[int], bool]
"""``room(bytes)`` says whether so many more may be kept."""


class Marks:
    """Tensors as they were at one moment, without holding them.

    Args:
        tensors: as they are now.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self._tensors = [weakref.ref(one) for one in tensors]
        self._written = _written(tensors)

    def are(self, tensors: Sequence[Tensor]) -> bool:
        """Whether these are the same tensors, and nothing was written to them since."""
        return self._written == _written(tensors) and all(map(operator.is_, [one() for one in self._tensors], tensors))


def _written(tensors: Sequence[Tensor]) -> list[tuple[int, int]]:
    """Where each lies, and how often it has been written to; of one made in inference mode nothing counts it."""
    try:
        return [(one.data_ptr(), one._version) for one in tensors]
    except RuntimeError:
        return [(one.data_ptr(), -1 if one.is_inference() else one._version) for one in tensors]


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
        # Asked once: a module that lacks an attribute takes its time to say so.
        self.layered = hasattr(module, "num_layers")
        self._batch_first = bool(getattr(module, "batch_first", False))
        self._drops = getattr(module, "num_layers", 1) > 1 and getattr(module, "dropout", 0.0) > 0
        self._flat = hasattr(module, "_flat_weights")
        self._weights = Marks(())
        self._model: Model | None = None
        self._ended = Marks(())

    def keep(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        """Copy what went in and came out; whatever fails is said and never reaches the model."""
        try:
            self._keep(module, args, kwargs, output)
        except ExplorerError as reason:
            self.refused[str(reason)] = None
        except Exception as reason:  # inside the user's own run, which must go on
            self.refused[f"A call could not be kept ({type(reason).__name__}: {str(reason)[:80]})."] = None

    def _keep(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        x, given = _read(*args, **kwargs)
        out, last = (output[0], _several(output[1])) if self.layered else (_first(output), _several(output))
        assert last is not None
        values, packing = unpacked(x)
        shown, _ = unpacked(out)
        if not values.numel():
            raise ShapeError("A call that read nothing, an empty batch, is left out.")
        model, more = self._taken_over(module)
        if not self._room(values.nbytes + shown.nbytes + sum([one.nbytes for one in last]) + more):
            self.dropped += 1
            return
        follows = self.kept[-1] if given is not None and self.kept and self._ended.are(given) else None
        ended = tuple(map(copied, last))
        self.kept.append(
            Kept(
                model=model,
                x=copied(values),
                output=copied(shown) if self.layered else ended[0],
                last=ended,
                given=None if given is None or follows else tuple(map(copied, given)),
                layered=self.layered,
                follows=follows,
                packing=packing,
                batch_first=self._batch_first,
                exact_layers=1 if self._drops and module.training else None,
            )
        )
        self._ended = Marks(last)

    def _taken_over(self, module: nn.Module) -> tuple[Model, int]:
        """The weights of this call, taken over anew where they have changed since the last; and what that takes."""
        weights = [one for one in self._parts(module) if one is not None]
        if self._model is not None and self._weights.are(weights):
            return self._model, 0
        self._model, self._weights = take_over(module, self.name), Marks(weights)
        return self._model, 4 * self._model.num_parameters

    def _parts(self, module: Any) -> Iterable[Any]:
        """What the weights are made of: where they are computed anew each time, what they are computed from."""
        if module._modules:
            found: Iterable[Any] = module.parameters()
            return found
        parts: Iterable[Any] = module._flat_weights if self._flat else module._parameters.values()
        return parts


def _read(input: Any, hx: Any = None) -> tuple[Any, tuple[Tensor, ...] | None]:
    """What a recurrent module was called with, by PyTorch's names of its arguments."""
    return input, _several(hx)


def _several(states: Any) -> tuple[Tensor, ...] | None:
    return states if states is None or isinstance(states, tuple) else (states,)


def _first(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) else output
