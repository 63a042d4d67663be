"""A stranger's pickle, read as data.

A pickle is a program for a small stack machine whose names are looked up and called. Here nothing is looked
up and nothing called: a name stays a `Name`, what rebuilds a tensor a `Call`, every other call or instance an
`Object`. That is stricter than ``torch.load(weights_only=True)``, which allocates what a tensor or a bytearray
claims, and it tells the sizes before anything is allocated.
"""

from collections.abc import Callable
from typing import Any

from explorer.errors import CheckpointError
from explorer.models.files.limits import MAX_OPERATIONS, SAVE_WEIGHTS, damaged
from explorer.models.files.machine import Machine
from explorer.models.files.opcodes import ARGUMENTS, INDICES, Tape
from explorer.models.files.pickled import Object, Reference


class Steps:
    """How many operations may still be read, by all pickles of one file together."""

    def __init__(self, left: int = MAX_OPERATIONS) -> None:
        self.left = left

    def take(self, count: int) -> None:
        """Count operations.

        Raises:
            CheckpointError: they are too many.
        """
        self.left -= count
        if self.left < 0:
            raise CheckpointError(
                f"This file's pickle is longer than {MAX_OPERATIONS:,} steps: save the weights alone, {SAVE_WEIGHTS}"
            )


class Pickle:
    """One pickle that was read.

    Args:
        data: the file.
        at: where the pickle begins.
        steps: how long it may be.
        load_storage: gives a reference to the storage in a file within the pickle, from that file's bytes.

    Attributes:
        tree: dictionaries, lists, tuples and plain values; `Call` for tensors, `Object` for anything else. It may
            hold itself.
        references: every reference to what lies outside the pickle, in order.
        end: where it ends.

    Raises:
        CheckpointError: it is damaged or too long.
    """

    def __init__(
        self,
        data: bytes,
        at: int = 0,
        steps: Steps | None = None,
        load_storage: Callable[[Any], Reference] | None = None,
    ) -> None:
        machine = Machine(Tape(data, at), load_storage)
        try:
            self.tree = _run(machine, steps or Steps())
        except CheckpointError:
            raise
        except (ValueError, IndexError, KeyError, TypeError, OverflowError, EOFError, AttributeError):
            raise damaged("its pickle cannot be read") from None
        self.references = machine.references
        self.end = machine.tape.at


def _run(machine: Machine, steps: Steps) -> Any:
    tape, data, most = machine.tape, machine.tape.data, steps.left
    for count in range(1, most + 1):
        code = data[tape.at]
        tape.at += 1
        push = _PUSHES[code]
        if push is not None:
            machine.stack.append(push(tape))
        elif code == _STOP:
            steps.take(count)
            return machine.stack.pop()
        else:
            special = _SPECIAL[code]
            if special is None:
                raise damaged("its pickle cannot be read")
            special(machine)
    steps.take(most + 1)
    raise damaged("its pickle has no end")


def _extended(machine: Machine) -> None:
    values = machine.to_mark()
    machine.extend(values)


def _updated(machine: Machine) -> None:
    values = machine.to_mark()
    machine.update(values)


def _pair_set(machine: Machine) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    machine.update([key, value])


def _appended(machine: Machine) -> None:
    machine.extend([machine.stack.pop()])


def _made_dictionary(machine: Machine) -> None:
    values = machine.to_mark()
    machine.push({})
    machine.update(values)


def _made_set(machine: Machine) -> None:
    made = Object("builtins.frozenset")
    made.items = machine.to_mark()
    machine.push(made)


def _global(machine: Machine) -> None:
    machine.name(str(machine.tape.line(), "utf-8", "replace"), str(machine.tape.line(), "utf-8", "replace"))


def _stack_global(machine: Machine) -> None:
    attribute, module = machine.stack.pop(), machine.stack.pop()
    machine.name(module, attribute)


def _kept(code: bytes) -> Callable[[Machine], object]:
    read = INDICES[code]
    return lambda machine: machine.keep(read(machine.tape))


def _fetched(code: bytes) -> Callable[[Machine], object]:
    read = INDICES[code]
    return lambda machine: machine.stack.append(machine.memo[read(machine.tape)])


_STOP = ord(".")
_OPERATIONS: dict[bytes, Callable[[Machine], object]] = {
    b"(": Machine.mark,
    b"0": Machine.drop,
    b"1": lambda machine: machine.to_mark(),
    b"2": lambda machine: machine.stack.append(machine.stack[-1]),
    b"l": lambda machine: machine.push(machine.to_mark()),
    b"t": lambda machine: machine.push(tuple(machine.to_mark())),
    b"]": lambda machine: machine.push([]),
    b"}": lambda machine: machine.push({}),
    b"\x8f": lambda machine: machine.push(Object("builtins.set")),
    b"d": _made_dictionary,
    b"\x85": lambda machine: machine.gather(1),
    b"\x86": lambda machine: machine.gather(2),
    b"\x87": lambda machine: machine.gather(3),
    b"\x94": lambda machine: machine.keep(len(machine.memo)),
    b"P": lambda machine: machine.refer(str(machine.tape.line(), "utf-8", "replace")),
    b"Q": lambda machine: machine.refer(machine.stack.pop()),
    b"\x80": lambda machine: machine.tape.take(1),
    b"\x95": lambda machine: machine.tape.take(8),
    b"\x98": lambda _: None,
    b"a": _appended,
    b"e": _extended,
    b"\x90": _extended,
    b"\x91": _made_set,
    b"s": _pair_set,
    b"u": _updated,
    b"c": _global,
    b"\x93": _stack_global,
    b"i": Machine.instance,
    b"o": Machine.object,
    b"b": Machine.build,
    b"R": Machine.reduce,
    b"\x81": Machine.reduce,
    b"\x92": Machine.new_with_names,
} | {code: _kept(code) if code in b"pqr" else _fetched(code) for code in INDICES}
_PUSHES = [ARGUMENTS.get(bytes([code])) for code in range(256)]
_SPECIAL = [_OPERATIONS.get(bytes([code])) for code in range(256)]
