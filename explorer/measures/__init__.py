"""TRACE → NUMBERS. NumPy in, numbers out."""

from explorer.measures.alignment import GAP, Alignment, align, aligned
from explorer.measures.alike import Alike, alike
from explorer.measures.arithmetic import Equation, Notation, Operand
from explorer.measures.contributions import Contributions, contributions, layer_input
from explorer.measures.counting import Counting, counting
from explorer.measures.difference import (
    Difference,
    comparable,
    first_parting,
    largest_differences,
    scale_end,
    subtracted,
)
from explorer.measures.elsewhere import Places, Wanted, elsewhere
from explorer.measures.equations import UpdateMeans, arithmetic, letter
from explorer.measures.fading import LAG, bust, fading, gradient_left, reach, remaining
from explorer.measures.groups import Profile, find_token, profile, separation
from explorer.measures.health import Health, effective_memory, places, unit_health, verdict
from explorer.measures.in_common import Share, shares
from explorer.measures.losses import divergences, log_probabilities, step_losses
from explorer.measures.matter import Matter, matter
from explorer.measures.memory import (
    Ledger,
    bias_time_constants,
    gate_slope,
    implied_time_constant,
    ledger,
    time_constants,
)
from explorer.measures.ordering import ORDERS, Order, choose_units, leading_signal, memory_signal, rank_units
from explorer.measures.patching import PatchMap, patch_map
from explorer.measures.preactivation import Preactivation, preactivation
from explorer.measures.predictions import Prediction, likeliest, predictions, probabilities
from explorer.measures.probe import Probe, probe, probes
from explorer.measures.resets import Changes, changes
from explorer.measures.rounding import Printed
from explorer.measures.saturation import saturation
from explorer.measures.scale import saturated_at_once, scale_finding
from explorer.measures.singling import Singled, parting, singling
from explorer.measures.spectrum import Spectrum, autocorrelation, correlation_time, spectrum
from explorer.measures.sweep import Effect, Value, effects, gate_knock_outs, ranked, unit_knock_outs
from explorer.measures.weights import gate_bias, weight_norms
from explorer.trace import MYTH, Untrained, noise, record_with_resets  # they run models; called by these names too

__all__ = [
    "GAP",
    "LAG",
    "MYTH",
    "ORDERS",
    "Alignment",
    "Alike",
    "Changes",
    "Contributions",
    "Counting",
    "Difference",
    "Effect",
    "Equation",
    "Health",
    "Ledger",
    "Matter",
    "Notation",
    "Operand",
    "Order",
    "PatchMap",
    "Places",
    "Preactivation",
    "Prediction",
    "Printed",
    "Probe",
    "Profile",
    "Share",
    "Singled",
    "Spectrum",
    "Untrained",
    "UpdateMeans",
    "Value",
    "Wanted",
    "align",
    "aligned",
    "alike",
    "arithmetic",
    "autocorrelation",
    "bias_time_constants",
    "bust",
    "changes",
    "choose_units",
    "comparable",
    "contributions",
    "correlation_time",
    "counting",
    "divergences",
    "effective_memory",
    "effects",
    "elsewhere",
    "fading",
    "find_token",
    "first_parting",
    "gate_bias",
    "gate_knock_outs",
    "gate_slope",
    "gradient_left",
    "implied_time_constant",
    "largest_differences",
    "layer_input",
    "leading_signal",
    "ledger",
    "letter",
    "likeliest",
    "log_probabilities",
    "matter",
    "memory_signal",
    "noise",
    "parting",
    "patch_map",
    "places",
    "preactivation",
    "predictions",
    "probabilities",
    "probe",
    "probes",
    "profile",
    "rank_units",
    "ranked",
    "reach",
    "record_with_resets",
    "remaining",
    "saturated_at_once",
    "saturation",
    "scale_end",
    "scale_finding",
    "separation",
    "shares",
    "singling",
    "spectrum",
    "step_losses",
    "subtracted",
    "time_constants",
    "unit_health",
    "unit_knock_outs",
    "verdict",
    "weight_norms",
]


def __dir__() -> list[str]:
    return sorted(__all__)
