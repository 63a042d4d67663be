"""Which operators stand where a recurrent one can be seen from: only those are followed."""

from collections.abc import Mapping, Sequence

from explorer.models.files import RECURRENT, Graph
from explorer.models.graphs.folding import FOLDABLE
from explorer.models.graphs.shaping import TRANSPARENT
from explorer.models.graphs.sizes import SIZED

_FIRST_ONLY = frozenset({"Conv", "MaxPool", "AveragePool"})


def wanted(graph: Graph, makers: Mapping[str, int], readers: Mapping[str, Sequence[tuple[int, int]]]) -> set[int]:
    """Operators that feed a recurrent one, and those that read it up to the first that computes.

    Args:
        graph: the operators.
        makers: which of them gives a tensor.
        readers: which of them read a tensor.
    """
    found = {place for place, node in enumerate(graph.nodes) if node.operator in RECURRENT}
    todo = list(found)
    while todo:
        node = graph.nodes[todo.pop()]
        if node.operator in TRANSPARENT or node.operator in RECURRENT:
            after = {place for name in node.outputs if name for place, _ in readers.get(name, ())} - found
            found |= after
            todo += after
    todo = list(found)
    while todo:
        node = graph.nodes[todo.pop()]
        before = {makers[name] for name in _feeding(node.operator, node.inputs) if name in makers} - found
        found |= before
        todo += before
    return found


def _feeding(operator: str, inputs: Sequence[str]) -> Sequence[str]:
    """The inputs that must be known for the output's size or places to be known."""
    if operator in _FIRST_ONLY:
        return inputs[:1]
    known = operator in TRANSPARENT or operator in FOLDABLE or operator in SIZED or operator in RECURRENT
    return inputs if known else ()
