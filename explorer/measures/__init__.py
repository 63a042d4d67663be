"""TRACE → NUMBERS. NumPy in, numbers out."""

from explorer.measures.contributions import Contributions, contributions, layer_input
from explorer.measures.memory import Ledger, ledger, time_constants
from explorer.measures.ordering import ORDERS, Order, choose_units, leading_signal, memory_signal, rank_units
from explorer.measures.predictions import Prediction, predictions, probabilities
from explorer.measures.saturation import saturation

__all__ = [
    "ORDERS",
    "Contributions",
    "Ledger",
    "Order",
    "Prediction",
    "choose_units",
    "contributions",
    "layer_input",
    "leading_signal",
    "ledger",
    "memory_signal",
    "predictions",
    "probabilities",
    "rank_units",
    "saturation",
    "time_constants",
]
