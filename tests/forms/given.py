"""What people give: a file, a file by its path, several at once, a live module, a table, a vocabulary."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

import explorer
from explorer.measures import scale_finding
from explorer.models.checkpoints import (
    Checkpoint,
    Group,
    inspect_checkpoint,
    inspect_files,
    map_by_hand,
    open_group,
    read_vocabulary,
)
from explorer.sequences import Scaling, findings, read_table, remedied
from tests.forms.form import Array, Reading, columns


def run(model: explorer.Model, x: Any, group: Group | None = None, checkpoint: Checkpoint | None = None,
        **states: Any) -> Reading:  # fmt: skip
    """Record a model, and put together everything that is said of it."""
    trace = explorer.record(model, x, **states)
    last = [trace.select("hidden", trace.num_layers - 1, way) for way in trace.directions]
    assert trace.unused == model.unused
    found = Reading(
        np.concatenate(last, axis=1), tuple(model.card.get("notes", ())), model,
        trace.max_error is not None, guessed=tuple(model.card.get("guessed", ())), output=trace.output,
    )  # fmt: skip
    if group is None or checkpoint is None:
        return found
    return replace(
        found, networks=tuple(one.name for one in checkpoint.groups),
        offers=tuple(one.name for one in checkpoint.stacks), between=group.between, after=group.after,
        embedding=group.embedding, head=group.head,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class File:
    """The bytes of a file.

    Args:
        data: its bytes.
        right: the right states.
        x: what the network reads.
        answer: what the head must give, last rows first compared.
        beside: further files, by name.
        group: the network to open.
        choices: what its user chooses, as `open_group` takes it.
        states: states to start from, as `record` takes them.
    """

    data: bytes
    right: Any = None
    x: Any = None
    answer: Any = None
    beside: Mapping[str, bytes] | None = None
    group: str | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    states: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> Reading:
        checkpoint = inspect_checkpoint(self.data, beside=self.beside)
        group = checkpoint.find(self.group)
        return run(open_group(checkpoint, group, **self.choices), self.x, group, checkpoint, **self.states)


@dataclass(frozen=True, eq=False)
class Stored:
    """Files in a folder, the first of them opened by its path."""

    files: Mapping[str, bytes]
    right: Any = None
    x: Any = None
    answer: Any = None

    def read(self) -> Reading:
        with tempfile.TemporaryDirectory() as folder:
            for name, data in self.files.items():
                path = Path(folder, "inner", name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            return run(explorer.load_checkpoint(Path(folder, "inner", next(iter(self.files)))), self.x)


@dataclass(frozen=True, eq=False)
class Together:
    """Files dropped at once, in any order."""

    files: Sequence[tuple[str, bytes]]
    right: Any = None
    x: Any = None
    answer: Any = None
    group: str | None = None
    statistics: Any = None

    def read(self) -> Reading:
        found = inspect_files(self.files)
        assert found.checkpoint is not None
        assert found.statistics == self.statistics
        group = found.checkpoint.find(self.group)
        words = {} if found.vocabulary is None else {"vocabulary": found.vocabulary}
        return run(open_group(found.checkpoint, group, **words), self.x, group, found.checkpoint)


@dataclass(frozen=True, eq=False)
class ByHand:
    """A file whose tensors its user names, and in which order the gates stand in them."""

    data: bytes
    roles: Mapping[str, str]
    right: Any = None
    x: Any = None
    answer: Any = None
    choices: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> Reading:
        checkpoint = inspect_checkpoint(self.data)
        return run(open_group(checkpoint, map_by_hand(checkpoint, self.roles, **self.choices)), self.x)


@dataclass(frozen=True, eq=False)
class Live:
    """A module in memory."""

    module: Any
    right: Any = None
    x: Any = None
    answer: Any = None

    def read(self) -> Reading:
        return run(explorer.from_torch(self.module), self.x)


@dataclass(frozen=True, eq=False)
class Rows:
    """A table as text, and what its reader chooses to do about what is found in it."""

    text: str
    right: Any = None
    fixes: tuple[str, ...] = ()
    answer: Any = None

    def read(self) -> Reading:
        table = read_table(self.text.encode())
        found = [one.sentence for one in findings(table)]
        fixed, _ = remedied(table, self.fixes)
        done = [note for note in fixed.notes if note not in table.notes]
        values = columns({name: fixed.frame[name] for name in fixed.numeric_columns})
        return Reading(values, (*table.notes, *found, *done))


@dataclass(frozen=True, eq=False)
class Scaled:
    """Numbers for a network that was trained on others."""

    module: Any
    x: Any
    right: Any = None
    scaling: Scaling | None = None
    answer: Any = None

    def read(self) -> Reading:
        model = replace(explorer.from_torch(self.module), scaling=self.scaling)
        found = scale_finding(model, explorer.record(model, self.x))
        reading = run(model, self.x)
        return replace(reading, notes=(*reading.notes, *([] if found is None else [found.sentence])))


@dataclass(frozen=True, eq=False)
class Words:
    """A vocabulary beside a network with an embedding, and a text that it turns into ids."""

    words: Any
    weights: bytes = b""
    x: Any = None
    right: Any = None
    answer: Any = None

    def read(self) -> Reading:
        words = self.words if isinstance(self.words, bytes | str) else json.dumps(self.words)
        vocabulary = read_vocabulary(words if isinstance(words, bytes) else words.encode())
        checkpoint = inspect_checkpoint(self.weights)
        return run(open_group(checkpoint, checkpoint.find(None), vocabulary=vocabulary), self.x)


def last_rows(values: Array, count: int) -> Array:
    """The last rows, where a head answers only there."""
    return values[-count:]
