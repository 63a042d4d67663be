"""Any trained recurrent network, found in a file and opened; see `explorer.models.files` for how it is read."""

from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.inspecting import Checkpoint, inspect_checkpoint, map_by_hand
from explorer.models.checkpoints.opening import AUTO, checkpoint_groups, load_checkpoint, open_group
from explorer.models.checkpoints.vocabularies import make_vocabulary
from explorer.models.checkpoints.word_files import read_vocabulary

__all__ = [
    "AUTO",
    "Checkpoint",
    "Group",
    "checkpoint_groups",
    "inspect_checkpoint",
    "load_checkpoint",
    "make_vocabulary",
    "map_by_hand",
    "open_group",
    "read_vocabulary",
]
