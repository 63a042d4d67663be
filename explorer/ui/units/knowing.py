"""What is said of what units know, every sentence from the numbers on screen."""

from explorer.measures import Probe
from explorer.sequences.visible import counted

_FEW = 8


def knows(found: Probe, told: str, signal: str) -> str:
    """Which unit tells it, how well, and whether that is more than chance."""
    score, best = ("AUC" if found.is_label else "R²"), found.unit
    if not found.passing:
        return (
            f"No unit knows “{told}”: the best, unit {best}, has an {score} of {found.held_out:.2f} on held-out steps, "
            f"and chance gives up to {found.band:.2f}. Nothing is found here."
        )
    first = found.passing[0]
    return (
        f"Unit {first} knows “{told}”: its {signal} has an {score} of {found.judged[first]:.2f} on held-out steps; "
        f"chance gives {found.band:.2f} at most. {len(found.passing)} of {counted(len(found.scores), 'unit')} "
        f"{'is' if len(found.passing) == 1 else 'are'} above that."
    )


def together(found: Probe) -> str:
    """What all units tell, and whether the inputs already do."""
    score = "AUC" if found.is_label else "R²"
    known = max(found.inputs or found.chance, found.chance)
    said = f"All units together tell it with an {score} of {found.all_units:.2f}"
    if found.inputs is None:
        return f"{said}."
    return f"{said}, the inputs alone with {found.inputs:.2f}" + (
        ": the network remembers what the inputs do not say." if found.all_units > known + 0.05
        else ": nothing that its inputs do not say."
    )  # fmt: skip


def counted_how(found: Probe, steps: int, stretches: int) -> str:
    """How the scores came about, in one line."""
    what = f"{found.mean:.1%} of {steps:,} steps are marked" if found.is_label else f"{steps:,} steps"
    few = (
        f" They stand in only {stretches} stretch{'' if stretches == 1 else 'es'}, so that chance goes far."
        if found.is_label and stretches < _FEW
        else ""
    )
    return (
        f"{what[0].upper()}{what[1:]}; half of them, in whole stretches, ranked the units, the other half judged. "
        f"Chance: the best that any unit has of the same labels moved on in time, {len(found.shuffled)} times.{few}"
    )
