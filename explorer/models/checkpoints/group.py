"""One recurrent network found in a file: its weights under PyTorch's names, and what is known about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from explorer.cells import CELLS
from explorer.models.checkpoints.blocks import kinds
from explorer.models.checkpoints.fitting_weights import check_cell, check_roles, check_stack, hidden_size
from explorer.models.checkpoints.storage import Cells, conversions, diverged
from explorer.models.files import Array, Contents, named
from explorer.signals import in_a_row, with_article

_NEVER_TOLD = ("nonlinearity",)
"""Options that neither names nor shapes ever tell."""


@dataclass(frozen=True, eq=False)
class Group:
    """A recurrent network of a checkpoint.

    Attributes:
        name: what stands before its weights' names, "" where nothing does.
        kind: of its cells, a name in `explorer.cells.CELLS`.
        cells: its weights.
        sources: the names of the file's tensors that they came from.
        options: what the file states: ``nonlinearity``, ``reset_after``.
        asks: what it does not state and its shapes do not tell, of the same words.
        notes: sentences about what was assumed or converted.
        parts: the names of the layers that were put on top of each other, where they were stored apart.
        embeddings, heads: names of tensors that could stand before and after it, the likeliest first.
        embedding, head: those that do, unless said otherwise; None where none agrees in shape and name.
        vocabularies: names of the file's vocabularies that fit.
        unused: tensors beside the cell's weights that no part of the cell takes.
        initial: trained states to start from, ``"h_0"`` and ``"c_0"``, each (layers*directions, units).
        between: what the file's graph puts between the embedding and this network, by layer in order, each as the
            page names it ("Conv1D 'conv'"); nothing is joined across it.
        after: the same between this network and what reads it.
        mask: the token id at whose steps the state is held (Keras's ``mask_zero``), or None.
        doubts: sentences about what the file cannot show and what would change every gate; each page says them.
        guessed: what was attached by its name, where others would fit as well: "head fc.weight".
        turned: whether its matrices were stored for x W, as (columns, rows).
        follows: the name of the group whose whole output this one reads step by step, where the file's graph says so.
        reverse: whether its one direction reads from the end.
        reads: what the head reads, as the file states it: ``"step"`` or ``"ends"`` (see `Head`).
        made: tensors that the file's graph makes of its own, by name, among them the heads.
        wired: whether the file's graph says what embedding and head are, and that there are none where they are None.
        refused: a sentence for each other network of the file that cannot be read; None for all of the file's problems.
    """

    name: str
    kind: str
    cells: Cells
    sources: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    embeddings: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    embedding: str | None = None
    head: str | None = None
    vocabularies: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    initial: Mapping[str, Array] = field(default_factory=dict)
    between: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    mask: int | None = None
    doubts: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    turned: bool = False
    follows: str = ""
    reverse: bool = False
    reads: Literal["step", "ends"] = "step"
    made: Mapping[str, Array] = field(default_factory=dict)
    wired: bool = False
    gives: Literal["class", "value"] | None = None
    refused: tuple[str, ...] | None = None

    @property
    def input_size(self) -> int:
        return int(self.cells[0][0]["weight_ih"].shape[1])

    @property
    def hidden_size(self) -> int:
        return hidden_size(self.cells[0][0])

    @property
    def proj_size(self) -> int:
        """Units of a projected hidden state, 0 without."""
        return int(self.cells[0][0]["weight_hr"].shape[0]) if "weight_hr" in self.cells[0][0] else 0

    @property
    def num_layers(self) -> int:
        return len(self.cells)

    @property
    def num_directions(self) -> int:
        return len(self.cells[0])

    @property
    def bias(self) -> bool:
        return "bias_ih" in self.cells[0][0]

    @property
    def output_size(self) -> int:
        """Numbers a step that the last layer gives: units × directions."""
        return sum(int(cell["weight_hh"].shape[1]) for cell in self.cells[-1])

    @property
    def title(self) -> str:
        """One line: kind, sizes, layers, directions."""
        layers = f", {self.num_layers} layers" if self.num_layers > 1 else ""
        both = ", both directions" if self.num_directions == 2 else ""
        projected = f" projected to {self.proj_size}" if self.proj_size else ""
        inputs = "1 input" if self.input_size == 1 else f"{self.input_size} inputs"
        return f"{CELLS[self.kind].title}, {inputs}, {self.hidden_size} units{projected}{layers}{both}"


def make_group(
    name: str,
    cells: Sequence[Sequence[Mapping[str, Array]]],
    contents: Contents,
    sources: Sequence[str],
    kind: str = "",
    **known: Any,
) -> Group:
    """Check that weights make a network, and say what was converted.

    Args:
        name: of the group.
        cells: its weights, ``cells[layer][direction]``.
        contents: the file, which says how its tensors were stored.
        sources: the names of the tensors used.
        kind: of its cells, where more is known than how many blocks of rows they have.
        known: further fields of `Group`.

    Raises:
        CheckpointError: the shapes make no RNN, LSTM or GRU.
    """
    check_roles(name, cells)
    shapes = [[check_cell(name, cell) for cell in layer] for layer in cells]
    complete, single = _with_both_biases(_in_one_precision(cells))
    times = shapes[0][0]
    kind = kind if kind and len(CELLS[kind].blocks) == times else kinds()[times]
    check_stack(name, kind, complete, shapes)
    notes = (*known.pop("notes", ()), *conversions(contents, sources), *diverged(complete))
    if single:
        notes = (*notes, "The file keeps one bias a gate; the second one that PyTorch has is 0.")
    if not CELLS[kind].modules:
        known["doubts"] = (*known.get("doubts", ()), _doubt(name, kind))
    unsaid = [option.name for option in CELLS[kind].options if option.name not in known.get("options", {})]
    asks = tuple(name for name in unsaid if name in _NEVER_TOLD)
    return Group(name, kind, complete, tuple(sources), asks=(*known.pop("asks", ()), *asks), notes=notes, **known)


def _doubt(name: str, kind: str) -> str:
    """A cell that PyTorch does not have is known by the number of its blocks alone."""
    cell, of = CELLS[kind], f" of {named(name)}" if name else ""
    blocks = f"{len(cell.blocks)} blocks of rows, as {with_article(cell.title)}'s have"
    return (
        f"The weights{of} have {blocks}, and are read as its {in_a_row(cell.blocks, 'and')}. The file does not hold "
        "the code: where yours differs, these are not its gates."
    )


def _in_one_precision(cells: Sequence[Sequence[Mapping[str, Array]]]) -> Sequence[Sequence[Mapping[str, Array]]]:
    """Weights of several precisions in the widest of them, as a network computes in one."""
    kinds = {values.dtype for layer in cells for cell in layer for values in cell.values()}
    if len(kinds) == 1:
        return cells
    widest = np.result_type(*kinds)
    return [[{role: values.astype(widest) for role, values in cell.items()} for cell in layer] for layer in cells]


def _with_both_biases(cells: Sequence[Sequence[Mapping[str, Array]]]) -> tuple[Cells, bool]:
    """Zeros for the second bias where there is only one; and whether there was only one."""
    single = any(("bias_ih" in cell) != ("bias_hh" in cell) for layer in cells for cell in layer)
    if not single:
        return tuple(tuple(layer) for layer in cells), False
    filled = []
    for layer in cells:
        zeros = [np.zeros(len(cell["weight_ih"]), cell["weight_ih"].dtype) for cell in layer]
        filled.append(
            tuple({"bias_ih": zero, "bias_hh": zero, **cell} for cell, zero in zip(layer, zeros, strict=True))
        )
    return tuple(filled), True
