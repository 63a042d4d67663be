"""What a watched model did: its recurrent modules by name, their calls, and what could not be seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

from explorer.archives import listed
from explorer.arguments import checked
from explorer.errors import ArgumentError, UnknownSignalError
from explorer.fitting import said
from explorer.models import Model
from explorer.sequences import legible
from explorer.shown import ShowsItself
from explorer.trace import Trace
from explorer.watching import run_file
from explorer.watching.call import Call
from explorer.watching.table import row

Parts = Mapping[str, "Watched"]


class Watched(ShowsItself, Sequence[Trace]):
    """The calls of one recurrent module; as a sequence, the traces of its last call.

    Args:
        name: the module's qualified name.
        calls: its calls, in order; of a cell called in a loop, its sequences, those that began together as one call.
        joined: gives the calls stitched to sequences by the states handed on.
        notes: what to know of this module.

    Attributes:
        name, calls, notes: the same.
    """

    def __init__(
        self, name: str, calls: Sequence[Call], joined: Callable[[], Sequence[Call]], notes: tuple[str, ...] = ()
    ) -> None:
        self.name, self.calls, self._joined = name, tuple(calls), joined
        self.notes = tuple(dict.fromkeys((*notes, *(note for call in self.calls for note in call.notes))))

    def __len__(self) -> int:
        """How many sequences the last call had."""
        return len(self.calls[-1])

    @overload
    def __getitem__(self, place: int) -> Trace: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Trace, ...]: ...
    def __getitem__(self, place: int | slice) -> Trace | tuple[Trace, ...]:
        """A trace of the last call; see `Call`."""
        return self.calls[-1][place]

    def __iter__(self) -> Iterator[Trace]:
        return iter(self.calls[-1])

    @property
    def model(self) -> Model:
        """The module at its last call, as a model; only the layers that are exact."""
        return self.calls[-1].model

    @property
    def lengths(self) -> tuple[int, ...]:
        """The steps of each sequence of the last call."""
        return self.calls[-1].lengths

    @property
    def max_error(self) -> float:
        """The largest difference from the module's own output, over all calls; see `Trace.max_error`."""
        return max(call.max_error for call in self.calls)

    @property
    def joined(self) -> tuple[Call, ...]:
        """The calls stitched to sequences by the states that are handed on, those that began in one call together.

        Of a layer that is called step by step, or window by window, this gives the whole sequences.

        Raises:
            ArgumentError: the module reads both ways, so that no call continues another.
        """
        return tuple(self._joined())

    def __repr__(self) -> str:
        lines = [row(self.name, self.calls), *(f"  {note}" for note in self.notes)]
        return "\n".join(lines)


class Seen(ShowsItself):
    """The recurrent modules of a model that ran, by qualified name.

    Args:
        find: gives each module that ran, in the order of their first calls.
        notes: gives what could not be seen, and why.
        aliases: further names of the same modules.
    """

    def __init__(
        self, find: Callable[[], Parts], notes: Callable[[], tuple[str, ...]], aliases: Mapping[str, str]
    ) -> None:
        self._find, self._notes, self._aliases = find, notes, dict(aliases)

    @property
    def names(self) -> tuple[str, ...]:
        """Qualified names of the recurrent modules that ran, in the order of their first calls."""
        return tuple(self._find())

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be seen, and why; a sentence each."""
        return self._notes()

    def __len__(self) -> int:
        """How many modules ran."""
        return len(self._find())

    def __iter__(self) -> Iterator[str]:
        return iter(self._find())

    def __getitem__(self, name: str) -> Watched:
        """One module: by its qualified name, or by the end of it where that is unique.

        Raises:
            UnknownSignalError: no module of that name ran.
        """
        parts = self._find()
        if not isinstance(name, str):
            raise UnknownSignalError(f"{said(name)} is no name of a module: those that ran are {_known(parts)}.")
        name = self._aliases.get(name, name)
        ending = [known for known in parts if known.endswith(f".{name}")]
        if name not in parts and len(ending) != 1:
            why = "several modules have this ending" if ending else "it has no such module, or it was not called"
            raise UnknownSignalError(f"No '{legible(name, 60)}' was seen ({why}): {_known(parts)}.")
        return parts[name if name in parts else ending[0]]

    def __repr__(self) -> str:
        parts = self._find()
        rows = [row(name, part.calls) for name, part in parts.items()]
        told = [f"{part.name}: {note}" for part in parts.values() for note in part.notes]
        return "\n".join([*(rows or ["Nothing was seen: no recurrent module ran."]), *told, *self.notes])

    @checked
    def label(self, labels: Sequence[Any], name: str | None = None) -> None:
        """Give the steps of sequences words, which traces, pages and the run file then use.

        Args:
            labels: a list of words for each sequence of a call; what is beyond its true length is left out.
            name: of the module whose last call is meant; by default every one whose last call has as many sequences of
                lengths that fit.

        Raises:
            ShapeError: the labels do not fit the call.
            ArgumentError: they fit no call.
        """
        parts = [self[name]] if name is not None else [one for one in self._find().values() if _fits(one, labels)]
        if not parts:
            raise ArgumentError(f"Labels of {len(labels)} sequences came, which fit no last call: {self!r}")
        for part in parts:
            part.calls[-1].label(labels)

    @checked
    def save(self, path: str | Path | Any) -> None:
        """Write the run to one file: weights, inputs, given states, outputs, lengths, labels. It holds no code.

        Args:
            path: a path, as ``"run.gates"``, or a binary file object; `open_run` reads it, and so does the app.

        Raises:
            CheckpointError: nothing was seen, or it cannot be written there.
        """
        run_file.save({name: part.calls for name, part in self._find().items()}, self.notes, path)


def _fits(part: Watched, labels: Sequence[Any]) -> bool:
    steps = part.calls[-1].lengths
    return len(labels) == len(steps) and all(len(one) >= length for one, length in zip(labels, steps, strict=True))


def _known(parts: Parts) -> str:
    return f"those that ran are {listed(tuple(parts))}" if parts else "no recurrent module ran"
