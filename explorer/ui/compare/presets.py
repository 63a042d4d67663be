"""The surgeries that theory speaks of, by cell."""

from explorer.cells import CELLS


def surgeries(kind: str) -> dict[str, str]:
    """What the cell itself names; of a cell that names none, each gate shut and open."""
    cell = CELLS[kind]
    gates = [word for word in cell.words if word.role == "gate"]
    derived = {
        f"{word.name} = {value}: {meaning}": f"{word.name}={value}"
        for word in gates
        for value, meaning in ((1, word.at_high), (0, word.at_low))
    }
    return dict(cell.presets) or derived or {"hidden = 0: nothing is passed on": "hidden=0"}


def first_hold(kind: str) -> str:
    """What a page holds before the reader has chosen: nothing is kept, or, without a keep gate, half is passed on."""
    cell = CELLS[kind]
    if cell.keep_gate is None:
        return "hidden=x0.5"
    return f"{cell.keep_gate}={0 if cell.keep_sign() > 0 else 1}"
