"""A value held against an annotation: as the annotation wants it, or what it wants."""

import operator
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import islice
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np
from numpy.typing import ArrayLike

_MOST = 2_000_000
"""Items that are taken from what has no end in sight."""
_WORDS: dict[Any, str] = {
    NoneType: "None", bool: "True or False", int: "a whole number", float: "a number", str: "a string",
    np.ndarray: "an array of numbers", Callable: "a function",
}  # fmt: skip
_MADE_BY = {"Model": "a Model, as explorer.from_torch makes one", "Trace": "a Trace, as explorer.record returns it"}


_OF_TEXT = (str, Any, Hashable)
"""A string is a list of these: of its characters."""
_SHORT = (int, float, str, NoneType)


class Misfit(Exception):  # noqa: N818 - it never leaves this room
    """What was wanted, as a sentence can carry it: "a whole number"."""


def said(value: Any) -> str:
    """A value as a sentence can carry it: short, and nothing of the user's own is called."""
    if value is None or isinstance(value, bool | float | np.number):
        return str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else "a huge whole number"
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:39] + "…")
    if isinstance(value, list | tuple) and len(value) <= 6 and all(isinstance(one, _SHORT) for one in value):
        return f"[{', '.join(map(said, value))}]"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name[:40]}"


def is_index(value: Any) -> bool:
    """Whether a value is a whole number, Python's or NumPy's; True and False are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def fitted(value: Any, hint: Any) -> Any:
    """The value as its annotation wants it: NumPy's numbers as Python's, what can be listed as a tuple.

    Raises:
        Misfit: it is none.
    """
    origin = get_origin(hint)
    if hint is np.ndarray or origin is np.ndarray or hint == ArrayLike:
        return _array(value)
    if origin in (Union, UnionType):
        return _one_of(value, get_args(hint))
    if origin is Literal:
        return _literal(value, get_args(hint))
    if origin is None and hint in _PLAIN:
        return _PLAIN[hint](value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(value, *get_args(hint))
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return _gathered(value, origin, get_args(hint))
    return _instance(value, origin or hint)


def _one_of(value: Any, hints: tuple[Any, ...]) -> Any:
    wanted: dict[str, None] = {}
    for hint in hints:
        try:
            return fitted(value, hint)
        except Misfit as misfit:
            wanted[str(misfit)] = None
    raise Misfit(" or ".join(wanted))


def _literal(value: Any, choices: tuple[Any, ...]) -> Any:
    if isinstance(value, str | int) and value in choices:
        return value
    raise Misfit(" or ".join(map(repr, choices)))


def _none(value: Any) -> None:
    if value is not None:
        raise Misfit(_WORDS[NoneType])


def _bool(value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise Misfit(_WORDS[bool])
    return bool(value)


def _int(value: Any) -> int:
    if isinstance(value, bool | np.bool_) or getattr(value, "dtype", None) == np.bool_:
        raise Misfit(_WORDS[int])
    try:
        return operator.index(value)
    except (TypeError, ValueError, RuntimeError):
        raise Misfit(_WORDS[int]) from None


def _float(value: Any) -> float:
    try:
        if isinstance(value, bool | str | bytes) or np.ndim(value) != 0:
            raise Misfit(_WORDS[float])
        return float(value)
    except Misfit:
        raise
    except Exception:  # a stranger's __array__ or __float__ may raise anything
        raise Misfit(_WORDS[float]) from None


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise Misfit(_WORDS[str])
    return value


_PLAIN: dict[Any, Callable[[Any], Any]] = {
    Any: lambda value: value, object: lambda value: value, NoneType: _none, None: _none,
    bool: _bool, int: _int, float: _float, str: _str,
}  # fmt: skip


def _array(value: Any) -> Any:
    """An array of numbers, as it is where it is one."""
    try:
        array = np.asarray(value)
    except Exception:  # a stranger's __array__ may raise anything
        raise Misfit(_WORDS[np.ndarray]) from None
    if array.dtype.kind not in "biuf":
        raise Misfit(_WORDS[np.ndarray])
    return array


def _mapping(value: Any, key_hint: Any, item_hint: Any) -> dict[Any, Any]:
    if not isinstance(value, Mapping):
        raise Misfit("a dictionary")
    return {fitted(key, key_hint): fitted(item, item_hint) for key, item in value.items()}


def _gathered(value: Any, origin: Any, hints: tuple[Any, ...]) -> Any:
    if origin is tuple and hints[-1] is not Ellipsis:
        items = _listed(value)
        if len(items) != len(hints):
            raise Misfit(f"{len(hints)} values")
        return tuple(fitted(item, hint) for item, hint in zip(items, hints, strict=True))
    items = value if isinstance(value, str) and origin is not tuple and hints[0] in _OF_TEXT else _listed(value)
    try:
        if not isinstance(items, range) and not set(map(type, items)) <= {hints[0]}:
            items = tuple(fitted(item, hints[0]) for item in items)
    except Misfit as misfit:
        raise Misfit(f"a list, each of it {misfit}") from None
    return tuple(items) if origin is tuple else items


def _listed(value: Any) -> Sequence[Any]:
    """What can be listed, in order; a set has no order, and a table lists its columns."""
    if isinstance(value, list | tuple | range):
        return value
    if isinstance(value, str | bytes | Mapping | set | frozenset) or not isinstance(value, Iterable):
        raise Misfit("a list")
    try:
        listed = value.tolist() if hasattr(value, "tolist") else tuple(islice(value, _MOST))
    except Exception:  # a stranger's iterator may raise anything
        raise Misfit("a list") from None
    if not isinstance(listed, list | tuple):
        raise Misfit("a list")
    return listed


def _instance(value: Any, kind: Any) -> Any:
    try:
        fits = not isinstance(kind, type) or isinstance(value, kind)
    except TypeError:  # a protocol that cannot be asked
        fits = True
    if not fits:
        name = kind.__name__
        raise Misfit(_WORDS.get(kind) or _MADE_BY.get(name) or f"{'an' if name[0] in 'AEIOU' else 'a'} {name}")
    return value
