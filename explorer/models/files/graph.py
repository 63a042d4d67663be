"""A graph of operators, as ONNX states it: what reads what, nothing computed yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Shape = tuple[int | str, ...]
"""Sizes of a tensor; a word where the size is open, "" where it has no name either."""


@dataclass(frozen=True, eq=False)
class Node:
    """One operator of a graph.

    Attributes:
        name: the node's name, the path of the module that a recurrent one came from, or the output's.
        operator: ``"LSTM"``, ``"Transpose"``, …
        inputs: its inputs' names in order, "" where one is left out.
        attributes: what it states: a number, a text, a list of either, or an array.
        outputs: its outputs' names in order, "" where one is left out.
        inside: operators of the graphs it holds (Loop, Scan, If), which are not followed.
    """

    name: str
    operator: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    outputs: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Graph:
    """Operators in the order they run, and what goes in and out.

    Attributes:
        nodes: every operator but plain constants.
        inputs: the shape of what goes in, by name; None where the file does not state it.
        outputs: names of what comes out.
        declared: shapes that the file states of tensors between, by name.
        recurrent_functions: names of the file's own functions that hold recurrent operators, which are not followed.
    """

    nodes: tuple[Node, ...]
    inputs: Mapping[str, Shape | None] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    declared: Mapping[str, Shape] = field(default_factory=dict)
    recurrent_functions: tuple[str, ...] = ()
