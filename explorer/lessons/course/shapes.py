"""Shapes and counts of the network on screen, as PyTorch gives them."""

from explorer.cells import CELLS
from explorer.errors import LessonError
from explorer.lessons.course.words import number, within, yes
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.measures.parameters import counts, one_bias_gap
from explorer.models.model.shapes import parameters_of_kinds, run_shapes

_ROUNDING = 1e-5


@answer
def shape(screen: Screen, name: str) -> Answer:
    """The shape of ``input``, ``output``, ``h_0``, ``h_n`` … for this one sequence; ``detail`` names its axes."""
    known = {one.name: one for one in run_shapes(screen.network, len(screen.run))}
    if name not in known:
        raise LessonError(f"This cell has no {name}: go back to the step's view.")
    return Answer(str(known[name].alone), ", ".join(known[name].axes))


@answer
def signal_shape(screen: Screen, signal: str) -> Answer:
    """The shape of a recorded signal; ``detail`` names its axes."""
    screen.signal(signal)
    return Answer(str(screen.run[signal].shape), "layer, direction, time, unit")


@answer
def head_shape(screen: Screen) -> Answer:
    """The shape of the linear layer's weight; ``detail`` names its axes."""
    head = screen.network.head
    if head is None:
        raise LessonError("This network has no linear layer behind it: go back to the step's view.")
    return Answer(str(tuple(head.weight.shape)), "out_features, in_features")


@answer
def parameters(screen: Screen) -> Answer:
    """How many recurrent parameters PyTorch's module has; ``detail`` is how they come about."""
    found = counts(screen.network)
    return Answer(sum(one.pytorch for one in found), " + ".join(one.written(one.biases) for one in found))


@answer
def one_bias_is_enough(screen: Screen) -> Answer:
    """Whether h stays where b_hh is moved into b_ih; ``detail`` is the largest difference."""
    gap = one_bias_gap(screen.network, screen.run)
    return Answer(yes(gap < _ROUNDING), number(gap))


@answer
def gap_to_pytorch(screen: Screen, *bounds: float) -> Answer:
    """How far this run's states are from PyTorch's own, at most; ``detail`` is that."""
    gap = screen.run.max_error
    if gap is None:
        raise LessonError("PyTorch has no such cell to compare with: go back to the step's view.")
    return Answer(within(gap, bounds), number(gap))


@answer
def parameter_ratio(screen: Screen) -> Answer:
    """How the parameters of PyTorch's cells of equal sizes stand to each other; ``detail`` is the counts."""
    found = {kind: gates for kind, gates in parameters_of_kinds(screen.network).items() if CELLS[kind].modules}
    detail = ", ".join(f"{CELLS[kind].title} {sum(gates.values()):,}" for kind, gates in found.items())
    return Answer(" : ".join(str(len(gates)) for gates in found.values()), detail)
