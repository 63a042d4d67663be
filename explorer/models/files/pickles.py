"""A stranger's pickle, read as data.

A pickle is a program for a small stack machine whose names are looked up and called. Here nothing is looked
up and nothing called: a name stays a `Name`, a call of one of the few that rebuild tensors stays a `Call`,
every other call is refused. That is stricter than ``torch.load(weights_only=True)``, which allocates what a
tensor or a bytearray claims, and it tells the sizes before anything is allocated.
"""

import pickletools
from collections.abc import Callable
from typing import Any, BinaryIO

from explorer.errors import CheckpointError
from explorer.models.files.limits import MAX_OPERATIONS, SAVE_WEIGHTS, damaged, named
from explorer.models.files.pickled import (
    DICTIONARIES,
    HARMLESS,
    TENSORS,
    UNREADABLE,
    Call,
    Name,
    Opaque,
    Packed,
    Reference,
)

_MARK = object()
_PLAIN = (str, int, float, bool, bytes, type(None))
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_PUSHED = frozenset(
    {
        "BININT", "BININT1", "BININT2", "INT", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
        "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE",
        "BINUNICODE8",
    }
)  # fmt: skip
_KEPT = ("PUT", "BINPUT", "LONG_BINPUT")
_FETCHED = ("GET", "BINGET", "LONG_BINGET")
_TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


def read_pickle(file: BinaryIO, references: list[Reference] | None = None) -> Any:
    """Read one pickle from where a file stands, and leave the file behind it.

    Args:
        file: the pickle, and what follows it.
        references: gets every reference to what lies outside the pickle, in order.

    Returns:
        Dictionaries, lists, tuples and plain values; `Call` for tensors, `Opaque` for harmless objects. It may
        hold itself.

    Raises:
        CheckpointError: it would run code, holds a whole module, is damaged or too long.
    """
    machine = _Machine([] if references is None else references)
    try:
        for count, (operation, argument, _) in enumerate(pickletools.genops(file)):
            if count > MAX_OPERATIONS:
                raise CheckpointError(f"This file's pickle is longer than {MAX_OPERATIONS:,} steps. {_advice()}")
            if operation.name == "STOP":
                return machine.pop()
            machine.do(operation.name, argument)
    except CheckpointError:
        raise
    except (ValueError, IndexError, KeyError, TypeError, OverflowError, EOFError, AttributeError, StopIteration):
        raise damaged("its pickle cannot be read") from None
    raise damaged("its pickle has no end")


class _Machine:
    def __init__(self, references: list[Reference]) -> None:
        self.references = references
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def pop(self) -> Any:
        value = self.stack.pop()
        if value is _MARK:
            raise IndexError
        return value

    def do(self, name: str, argument: Any) -> None:
        if name in _PUSHED:
            self.stack.append(argument)
        elif name in _KEPT:
            self.memo[argument] = self.stack[-1]
        elif name in _FETCHED:
            self.stack.append(self.memo[argument])
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in _TUPLES:
            self._gather(_TUPLES[name])
        elif name not in ("PROTO", "FRAME"):
            special = _SPECIAL.get(name)
            if special is None:
                raise CheckpointError(f"This file's pickle holds an object that is no weight ({name}). {_advice()}")
            special(self, argument)

    def _gather(self, count: int) -> None:
        values = tuple(self.pop() for _ in range(count))[::-1]
        self.stack.append(values)

    def to_mark(self) -> list[Any]:
        values: list[Any] = []
        while (value := self.stack.pop()) is not _MARK:
            values.append(value)
        return values[::-1]

    def reduce(self, _: Any) -> None:
        arguments, called = self.pop(), self.pop()
        self.stack.append(_called(called, arguments))

    def new(self, _: Any) -> None:
        arguments, called = self.pop(), self.pop()
        # Before zip, PyTorch kept a module's class and source outside the pickle.
        outside = called.key[1:2] if isinstance(called, Reference) and isinstance(called.key, tuple) else ()
        path = next((one.path for one in (called, *outside) if isinstance(one, Name)), "an unknown class")
        if path not in HARMLESS and path not in DICTIONARIES:
            raise _whole_module(path)
        self.stack.append(_called(called, arguments))

    def new_with_names(self, _: Any) -> None:
        self.pop()
        self.new(None)

    def extend(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(values)
        elif not isinstance(target, Opaque):
            raise TypeError

    def update(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, dict):
            for key, value in zip(values[::2], values[1::2], strict=True):
                # Only plain keys: hashing a stranger's nested tuple could exhaust the stack.
                target[key if isinstance(key, _PLAIN) else f"({len(target)})"] = value
        elif not isinstance(target, Opaque):
            raise TypeError

    def build(self, state: Any) -> None:
        """What an object is built from is kept of packed weights only."""
        if self.stack and isinstance(self.stack[-1], Packed):
            self.stack[-1]["packed"] = state

    def refer(self, key: Any) -> None:
        self.references.append(Reference(key))
        self.stack.append(self.references[-1])

    def name(self, module: Any, attribute: Any) -> None:
        path = f"{module}.{attribute}"
        # Old names of the same: storages of a GPU, and Python 2's built-in functions.
        self.stack.append(Name(path.replace("torch.cuda.", "torch.").replace("__builtin__.", "builtins.")))


def _called(called: Any, arguments: Any) -> Any:
    if not isinstance(called, Name) or not isinstance(arguments, tuple):
        raise TypeError
    if called.path in DICTIONARIES:
        return DICTIONARIES[called.path]()
    if called.path in TENSORS:
        return Call(called.path, arguments)
    if called.path in HARMLESS:
        return Opaque(called.path)
    if called.path in UNREADABLE:
        raise CheckpointError(
            f"This file holds a tensor that is {UNREADABLE[called.path]}: save plain ones, {SAVE_WEIGHTS}"
        )
    if called.path.startswith(("torch.nn.", "torch.jit.")) or called.path == "copyreg._reconstructor":
        first = arguments[0] if arguments and isinstance(arguments[0], Name) else called
        raise _whole_module(first.path)
    raise CheckpointError(
        f"This file would run code when opened: its pickle calls {named(called.path)}. Nothing was run. {_advice()}"
    )


def _whole_module(path: str) -> CheckpointError:
    return CheckpointError(
        f"This file holds a whole object ({named(path)}), which only its own code could rebuild. {_advice()}"
    )


def _advice() -> str:
    return f"Save the weights alone: {SAVE_WEIGHTS}"


def _extended(machine: _Machine, _: Any) -> None:
    machine.extend(machine.to_mark())


def _updated(machine: _Machine, _: Any) -> None:
    machine.update(machine.to_mark())


def _pair_set(machine: _Machine, _: Any) -> None:
    value, key = machine.pop(), machine.pop()
    machine.update([key, value])


def _appended(machine: _Machine, _: Any) -> None:
    value = machine.pop()
    machine.extend([value])


def _dictionary(machine: _Machine, _: Any) -> None:
    values = machine.to_mark()
    machine.stack.append({})
    machine.update(values)


def _global(machine: _Machine, argument: Any) -> None:
    machine.name(*str(argument).split(" ", 1))


def _stack_global(machine: _Machine, _: Any) -> None:
    attribute, module = machine.pop(), machine.pop()
    machine.name(module, attribute)


def _set(machine: _Machine, _: Any) -> None:
    machine.to_mark()
    machine.stack.append(Opaque("builtins.frozenset"))


_SPECIAL: dict[str, Callable[[_Machine, Any], object]] = {
    "MARK": lambda machine, _: machine.stack.append(_MARK),
    "POP": lambda machine, _: machine.stack.pop(),
    "POP_MARK": lambda machine, _: machine.to_mark(),
    "DUP": lambda machine, _: machine.stack.append(machine.stack[-1]),
    "EMPTY_LIST": lambda machine, _: machine.stack.append([]),
    "LIST": lambda machine, _: machine.stack.append(machine.to_mark()),
    "TUPLE": lambda machine, _: machine.stack.append(tuple(machine.to_mark())),
    "EMPTY_DICT": lambda machine, _: machine.stack.append({}),
    "EMPTY_SET": lambda machine, _: machine.stack.append(Opaque("builtins.set")),
    "MEMOIZE": lambda machine, _: machine.memo.__setitem__(len(machine.memo), machine.stack[-1]),
    "BINPERSID": lambda machine, _: machine.refer(machine.pop()),
    "BUILD": lambda machine, _: machine.build(machine.pop()),
    "APPEND": _appended,
    "APPENDS": _extended,
    "ADDITEMS": _extended,
    "FROZENSET": _set,
    "SETITEM": _pair_set,
    "SETITEMS": _updated,
    "DICT": _dictionary,
    "GLOBAL": _global,
    "STACK_GLOBAL": _stack_global,
    "REDUCE": _Machine.reduce,
    "NEWOBJ": _Machine.new,
    "NEWOBJ_EX": _Machine.new_with_names,
}
