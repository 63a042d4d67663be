"""Cells that keep one matrix a gate, joined to one matrix a role."""

from explorer.models.checkpoints.derived.gate_cells import Cell, UncertainError, make_cell
from explorer.models.checkpoints.derived.gate_names import Part, parts_of
from explorer.models.checkpoints.derived.joining import Joining, candidates
from explorer.models.files import Contents, Known, named


def with_gated(contents: Contents) -> Contents:
    """Contents in which matrices of single gates (``W_f, U_f, b_f``, ``w_xi``, Flax's ``hi/kernel``) are one.

    They are joined only if they are every gate of one cell that is known here, in one spelling, and their shapes leave
    one reading of what is read and how it is stored. A cell that has every gate and leaves two is known as a problem.
    """
    joining = Joining(contents)
    cells: dict[str, list[Part]] = {}
    for name in candidates(contents):
        values = contents.tensors[name]
        for part in parts_of(name) if values.dtype.kind == "f" and values.ndim in (1, 2) else ():
            cells.setdefault(part.prefix, []).append(part)
    for prefix, parts in cells.items():
        try:
            cell = make_cell(parts, contents.tensors)
        except UncertainError as reason:
            joining.know(prefix, Known(problem=_problem(prefix, parts, reason)))
            continue
        if cell is not None and not any(f"{prefix}{parts[0].mark}{role}_l0" in contents.tensors for role in cell.roles):
            _join(joining, prefix, parts[0].mark, cell)
    return joining.done()


def _join(joining: Joining, prefix: str, mark: str, cell: Cell) -> None:
    for role, (values, names) in cell.roles.items():
        joining.put(f"{prefix}{mark}{role}_l0", values, names, "one matrix a gate")
    joining.know(prefix, Known(cell.options, cell.asks, doubts=cell.doubts, kind=cell.kind))


def _problem(prefix: str, parts: list[Part], reason: UncertainError) -> str:
    of = f" of {named(prefix)}" if prefix else ""
    such = ", ".join(named(part.name) for part in parts[:2])
    return f"The gates{of}, one matrix each ({such}, …), cannot be read: {reason}. Map them by hand."
