"""What is in a file: its recurrent networks, and every tensor by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from explorer.archives import listed
from explorer.errors import CheckpointError, ExplorerError
from explorer.models.checkpoints.archives import inspect_members
from explorer.models.checkpoints.beside import settled
from explorer.models.checkpoints.called import with_name
from explorer.models.checkpoints.chains import chained
from explorer.models.checkpoints.classes import with_class
from explorer.models.checkpoints.derived import told, with_derived
from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.keras_groups import keras_groups
from explorer.models.checkpoints.onnx_groups import onnx_groups
from explorer.models.checkpoints.readouts import with_offers
from explorer.models.checkpoints.said import only_objects, with_said, with_unreadable
from explorer.models.checkpoints.stacks import stacked
from explorer.models.checkpoints.torch_groups import torch_groups
from explorer.models.files import Array, Contents, Steps, named, open_archive, read_contents, read_source

_FINDERS = {"Keras": keras_groups, "ONNX": onnx_groups}
"""Formats that state their graphs; elsewhere names alone say what belongs together."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A file that was read; `open_group` makes a model of one of its groups.

    Attributes:
        name: the file's name without its ending.
        format: ``"PyTorch"``, ``"safetensors"``, ``"NumPy"``, ``"Keras"`` or ``"ONNX"``.
        groups: the recurrent networks that were found.
        stacks: groups whose names and sizes would let them be read as one stack. Nothing in the file says so, so this
            is the user's choice.
        problems: a sentence for each that was found and cannot be read.
        contents: the file's tensors and words, derived weights put together.
        stored: the tensors as the file has them.
        members: where it is several files, each of them by its name; groups are then called ``"name: group"``.
    """

    name: str
    format: str
    groups: tuple[Group, ...]
    stacks: tuple[Group, ...]
    problems: tuple[str, ...]
    contents: Contents
    stored: Mapping[str, Array] = field(default_factory=dict)
    members: "Mapping[str, Checkpoint]" = field(default_factory=dict)

    @property
    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Every tensor's shape by name: what can be mapped by hand, the parts of derived weights among them."""
        return {name: values.shape for name, values in {**self.stored, **self.contents.tensors}.items()}

    @property
    def words(self) -> dict[str, int]:
        """How many words each list of them has, by name: what could be a vocabulary."""
        return {name: len(words) for name, words in self.contents.words.items()}

    def find(self, name: str | None) -> Group:
        """The group of that name, or the only one.

        A name is also found without what stands before it, ``lstm`` for ``model.lstm``, or with a wrapper in
        front that was left out, ``module.lstm`` for ``lstm``, where only one group is meant.

        Raises:
            CheckpointError: there is none or several, with their names.
        """
        if not self.groups:
            raise CheckpointError(self._nothing())
        names = listed([group.name for group in self.groups])
        if name is None:
            if len(self.groups) == 1:
                return self.groups[0]
            stacks = ", ".join(named(stack.name) for stack in self.stacks[:3])
            whole = f" {stacks} reads them as one stack, if that is how your code joins them." if stacks else ""
            raise CheckpointError(
                f"This file holds {len(self.groups)} recurrent networks: choose one, group={names}.{whole}"
            )
        for groups in (self.groups, self.stacks):
            exact = [group for group in groups if group.name == name]
            alike = exact or [group for group in groups if _meant(group.name, name)]
            if len(alike) == 1:
                return alike[0]
        if refused := [problem for problem in self.problems if named(name) in problem]:
            raise CheckpointError(refused[0])
        raise CheckpointError(f"There is no group {named(name)} in this file: choose one of {names}.")

    def _nothing(self) -> str:
        if self.problems:
            return self.problems[0]
        if not self.tensors and self.contents.unreadable:
            return only_objects(self.contents)
        listed = ", ".join(f"{named(name)} {shape}" for name, shape in list(self.tensors.items())[:4])
        holds = f"It holds {len(self.tensors)} tensors, such as {listed}" if self.tensors else "It holds no tensors"
        return (
            "No recurrent layer was found by name in this file; weight_ih_l0 and weight_hh_l0, or Keras's kernel and "
            f"recurrent_kernel, were expected. {holds}: map them by hand, or save the whole state_dict."
        )


def inspect_checkpoint(source: Any, name: str = "", *, beside: Mapping[str, bytes] | None = None) -> Checkpoint:
    """Read a file and find every recurrent network in it; nothing in the file is run.

    Args:
        source: a path, bytes, or a binary file object; PyTorch, safetensors, NumPy, Keras or ONNX, or a zip
            or tar of such files, at most 200 MB. Its bytes decide what it is, whatever its name ends with.
        name: what to call it; by default the file's name.
        beside: further files in which it keeps its weights, by name (ONNX's external data); those in a path's own
            folder are found by themselves.

    Raises:
        CheckpointError: it cannot be read, or is unsafe or too large. A file without any recurrent network is
            no error here: its tensors can be mapped by hand.
    """
    try:
        return _inspect(source, name, beside)
    except ExplorerError:
        raise
    except Exception as reason:  # a stranger's bytes, and a stranger's file object, may still find a way
        raise CheckpointError(
            f"This file is damaged, or of a kind that was never met ({type(reason).__name__}): save it again."
        ) from reason


def _inspect(source: Any, name: str, beside: Mapping[str, bytes] | None) -> Checkpoint:
    data, found, near = read_source(source, beside)
    stem = PurePath(name or found).stem.removesuffix(".weights")
    data, members = open_archive(data)
    steps = Steps()
    if members:
        return inspect_members(stem, members, lambda member: _checkpoint(stem, read_contents(member, steps)))
    return _checkpoint(stem, read_contents(data, steps, beside=near))


def _checkpoint(name: str, stored: Contents) -> Checkpoint:
    """The networks of one file."""
    contents = with_derived(stored) if stored.graph is None else stored
    found_groups, reasons = _FINDERS.get(contents.format, torch_groups)(contents)
    groups, problems = told(*with_said(found_groups, reasons, contents), contents)
    made = {name: values for group in groups for name, values in group.made.items()}
    contents = replace(contents, tensors={**contents.tensors, **made}) if made else contents
    taken = frozenset(source for group in groups for source in group.sources)
    if contents.graph is not None:
        groups = chained(groups)
    complete = []
    for group in groups:
        others = [one for one in groups if one is not group]
        try:
            offered = with_offers(with_class(group, contents), contents, taken, others)
            offered = offered if contents.format in _FINDERS else settled(offered, contents, others)
            complete.append(with_unreadable(with_name(offered, contents), contents))
        except CheckpointError as problem:
            problems.append(str(problem))
    offers = stacked(complete) if contents.graph is None else ()
    stacks = tuple(with_offers(group, contents, taken) for group in offers)
    return Checkpoint(name, contents.format, tuple(complete), stacks, tuple(problems), contents, stored.tensors)


def _meant(own: str, asked: str) -> bool:
    return any(one.endswith(f"{mark}{other}") for mark in "./ " for one, other in ((own, asked), (asked, own)) if other)
