"""Whether a public function can take what it is given, told by its own annotations: one sentence, or the call."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, get_type_hints

from explorer.errors import ArgumentError, ExplorerError, UnknownSignalError
from explorer.fitting import Misfit, fitted, said

P = ParamSpec("P")
R = TypeVar("R")
_PLACES = frozenset({"signal", "signals", "layer", "direction", "step", "steps", "unit", "units", "by"})


def taken(function: Callable[P, R]) -> Callable[P, R]:
    """Let a public function refuse, in one sentence, arguments of the wrong kind.

    Each is held against its annotation: numbers of NumPy count as Python's, whatever can be listed counts as a
    sequence, and a bool is no number.

    Raises:
        UnknownSignalError: a signal, layer, direction, step or unit is of a kind that can be none.
        ArgumentError: another argument is of the wrong kind.
    """
    signature = inspect.signature(function)

    @functools.cache
    def hints() -> dict[str, Any]:
        return get_type_hints(function)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            if name in hints() and signature.parameters[name].kind not in _GATHERED:
                bound.arguments[name] = _fitting(name, value, hints()[name])
        return function(*bound.args, **bound.kwargs)

    return call


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """As `taken`; and what then still fails inside is said in a sentence too, with its cause behind it.

    So it is where arrays have sizes that do not belong together. `ExplorerError` passes as it is.
    """
    held = taken(function)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return held(*args, **kwargs)
        except ExplorerError:
            raise
        except Exception as reason:
            if reason.__traceback__ is not None and _calls_wrongly(reason):
                raise
            why = " ".join(str(reason).split())[:120]
            raise ArgumentError(
                f"{function.__name__} cannot be made of what came ({type(reason).__name__}: {why}): "
                "check that its arguments are of one model, run and length."
            ) from reason

    return call


def _calls_wrongly(reason: Exception) -> bool:
    """Whether an argument was left out or has no such name, which Python itself says best."""
    last = reason.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return isinstance(reason, TypeError) and last is not None and last.tb_frame.f_code.co_name == "_bind"


_GATHERED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _fitting(name: str, value: Any, hint: Any) -> Any:
    try:
        return fitted(value, hint)
    except Misfit as misfit:
        kind = UnknownSignalError if name in _PLACES else ArgumentError
        raise kind(f"{name} is {said(value)}: give {misfit}.") from None
