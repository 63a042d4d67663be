"""Which cell has so many blocks of rows, or gates of such names: as the cells say of themselves."""

from explorer.cells import CELLS, Cell
from explorer.signals import in_a_row


def plain() -> dict[str, type[Cell]]:
    """By its kind every cell whose weights are not another one's with more beside them."""
    return {kind: cell for kind, cell in CELLS.items() if cell.extends is None}


def kinds() -> dict[int, str]:
    """The kind of cell by how many times its units its rows are, the most first; of several the first."""
    found = {len(cell.blocks): kind for kind, cell in reversed(plain().items())}
    return dict(sorted(found.items(), reverse=True))


def orders() -> dict[str, str]:
    """A letter a block in the order of the rows here, by kind: ``{"lstm": "ifgo", …}``."""
    letters = {kind: cell.letters() for kind, cell in plain().items()}
    return {kind: own for kind, own in letters.items() if len(set(own)) == len(own)}


def counted() -> str:
    """How many times the units the rows of a cell may be: ``"4 (LSTM), 3 (GRU) or 1 (RNN)"``."""
    return in_a_row([f"{times} ({CELLS[kind].title})" for times, kind in kinds().items()], "or")


def ordered() -> str:
    """An order of gates for each number of them: ``"'ifgo' (LSTM), 'rzn' (GRU) or 'h' (RNN)"``."""
    known = orders()
    return in_a_row([f"{known[kind]!r} ({CELLS[kind].title})" for kind in kinds().values() if kind in known], "or")


def gate_words() -> tuple[str, ...]:
    """Everything that a tensor of a single gate is called, the longest first."""
    said = {word.lower() for cell in plain().values() for block in cell.blocks for word in cell.spelling(block).words}
    return tuple(sorted(said - {""}, key=lambda word: (-len(word), word)))
