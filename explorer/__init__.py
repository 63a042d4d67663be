"""Gate Explorer: every gate of an RNN, LSTM or GRU, at every step.

>>> import explorer
>>> trace = explorer.record(explorer.load_model("brackets-lstm"), "f(x[0])")
>>> trace["forget"].shape  # (layer, direction, time, unit)
(1, 1, 7, 20)
"""

from explorer import concepts, figures, measures, notebook, scanning
from explorer.errors import (
    ArgumentError,
    CheckpointError,
    ClampError,
    EncodingError,
    ExplorerError,
    ShapeError,
    UnknownSignalError,
)
from explorer.film import Film
from explorer.models import (
    Model,
    checkpoint_groups,
    from_torch,
    list_models,
    load_checkpoint,
    load_model,
    random_model,
)
from explorer.models.run.clamp import Clamp
from explorer.models.run.coupling import Coupling
from explorer.scanning import scan
from explorer.trace import Gradients, Trace, gradients, load_states, record, record_batch, record_chunks, save_states
from explorer.watching import Seen, open_run, watch

__version__ = "0.2.0"

__all__ = [
    "ArgumentError",
    "CheckpointError",
    "Clamp",
    "ClampError",
    "Coupling",
    "EncodingError",
    "ExplorerError",
    "Film",
    "Gradients",
    "Model",
    "Seen",
    "ShapeError",
    "Trace",
    "UnknownSignalError",
    "checkpoint_groups",
    "concepts",
    "figures",
    "from_torch",
    "gradients",
    "list_models",
    "load_checkpoint",
    "load_model",
    "load_states",
    "measures",
    "notebook",
    "open_run",
    "random_model",
    "record",
    "record_batch",
    "record_chunks",
    "save_states",
    "scan",
    "scanning",
    "watch",
]
