"""TRACE → NUMBERS. NumPy in, numbers out."""

from explorer.measures.arithmetic import Equation, Notation, Operand
from explorer.measures.contributions import Contributions, contributions, layer_input
from explorer.measures.equations import UpdateMeans, arithmetic, letter
from explorer.measures.memory import Ledger, ledger, time_constants
from explorer.measures.ordering import ORDERS, Order, choose_units, leading_signal, memory_signal, rank_units
from explorer.measures.preactivation import Preactivation, preactivation
from explorer.measures.predictions import Prediction, likeliest, predictions, probabilities
from explorer.measures.rounding import Printed
from explorer.measures.saturation import saturation

__all__ = [
    "ORDERS",
    "Contributions",
    "Equation",
    "Ledger",
    "Notation",
    "Operand",
    "Order",
    "Preactivation",
    "Prediction",
    "Printed",
    "UpdateMeans",
    "arithmetic",
    "choose_units",
    "contributions",
    "layer_input",
    "leading_signal",
    "ledger",
    "letter",
    "likeliest",
    "memory_signal",
    "preactivation",
    "predictions",
    "probabilities",
    "rank_units",
    "saturation",
    "time_constants",
]
