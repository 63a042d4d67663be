"""Any trained recurrent network, found in a file and opened; see `explorer.models.files` for how it is read.

Where a file states no graph, its tensors' names and shapes alone say what belongs together. What it leaves open (tanh
or relu, Keras's activations) is assumed and said in ``card["notes"]``; NaN weights open and are said too, since a
diverged network is worth looking at. Layers of different sizes open one at a time: a trace has one unit axis.
"""

from explorer.models.checkpoints.by_hand import map_by_hand
from explorer.models.checkpoints.checkpoint import Checkpoint
from explorer.models.checkpoints.dropped import Dropped, inspect_files
from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.inspecting import inspect_checkpoint
from explorer.models.checkpoints.opening import AUTO, checkpoint_groups, load_checkpoint, open_group
from explorer.models.checkpoints.vocabularies import make_vocabulary
from explorer.models.checkpoints.word_files import read_vocabulary

__all__ = [
    "AUTO",
    "Checkpoint",
    "Dropped",
    "Group",
    "checkpoint_groups",
    "inspect_checkpoint",
    "inspect_files",
    "load_checkpoint",
    "make_vocabulary",
    "map_by_hand",
    "open_group",
    "read_vocabulary",
]
