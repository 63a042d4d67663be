"""WEIGHTS AND TIME: layers × directions × steps, and models in and out."""

import torch

from explorer.models.build import from_torch, random_model, with_embedding
from explorer.models.bundle import list_models, load_card, load_model, write_model
from explorer.models.checkpoints import checkpoint_groups, inspect_checkpoint, load_checkpoint, open_group
from explorer.models.head import Head
from explorer.models.model import DIRECTIONS, Direction, Model, check_place


def single_threaded() -> None:
    """Let torch use one thread: right for a server where every session brings its own."""
    torch.set_num_threads(1)


__all__ = [
    "DIRECTIONS",
    "Direction",
    "Head",
    "Model",
    "check_place",
    "checkpoint_groups",
    "from_torch",
    "inspect_checkpoint",
    "list_models",
    "load_card",
    "load_checkpoint",
    "load_model",
    "open_group",
    "random_model",
    "single_threaded",
    "with_embedding",
    "write_model",
]
