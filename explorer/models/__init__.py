"""WEIGHTS AND TIME: layers × directions × steps, and models in and out."""

import torch

from explorer.models.checkpoints import checkpoint_groups, inspect_checkpoint, load_checkpoint, open_group
from explorer.models.model.build import from_torch, random_model, with_embedding
from explorer.models.model.bundle import list_models, load_card, load_model, load_trained, write_model
from explorer.models.model.head import Head
from explorer.models.model.model import DIRECTIONS, Direction, Model, check_place


def single_threaded() -> None:
    """Let torch use one thread, for what the calling thread asks of it.

    Right for a server where every session brings its own. OpenMP keeps the number for each thread that calls it: one
    that has not set it gets a team of helpers, and a run of Streamlit's, each in a new thread, pays 10 ms for them.
    """
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
    "load_trained",
    "open_group",
    "random_model",
    "single_threaded",
    "with_embedding",
    "write_model",
]
