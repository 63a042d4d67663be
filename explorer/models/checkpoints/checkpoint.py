"""A file that was read: its recurrent networks, and every tensor by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.archives import listed
from explorer.errors import CheckpointError
from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.said import only_objects
from explorer.models.files import Array, Contents, named


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


def _meant(own: str, asked: str) -> bool:
    return any(one.endswith(f"{mark}{other}") for mark in "./ " for one, other in ((own, asked), (asked, own)) if other)
