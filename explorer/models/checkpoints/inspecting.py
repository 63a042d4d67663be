"""What is in a file: its recurrent networks, and every tensor by name."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from explorer.errors import CheckpointError, ExplorerError
from explorer.models.checkpoints.archives import inspect_members
from explorer.models.checkpoints.beside import settled
from explorer.models.checkpoints.called import with_name
from explorer.models.checkpoints.chains import chained
from explorer.models.checkpoints.checkpoint import Checkpoint
from explorer.models.checkpoints.classes import with_class
from explorer.models.checkpoints.derived import told, with_derived
from explorer.models.checkpoints.keras_groups import keras_groups
from explorer.models.checkpoints.onnx_groups import onnx_groups
from explorer.models.checkpoints.readouts import with_offers
from explorer.models.checkpoints.said import with_said, with_unreadable
from explorer.models.checkpoints.stacks import stacked
from explorer.models.checkpoints.torch_groups import torch_groups
from explorer.models.files import Contents, Steps, open_archive, read_contents, read_source

_FINDERS = {"Keras": keras_groups, "ONNX": onnx_groups}
"""Formats that state their graphs; elsewhere names alone say what belongs together."""


def inspect_checkpoint(source: Any, name: str = "", *, beside: Mapping[str, bytes] | None = None) -> Checkpoint:
    """Read a file and find every recurrent network in it; nothing in the file is run.

    Args:
        source: a path, bytes, or a binary file object; PyTorch, safetensors, NumPy, Keras or ONNX, or a zip
            or tar of such files, at most 200 MB. Its bytes decide what it is, whatever its name ends with.
        name: what to call it; by default the file's name.
        beside: further files in which it keeps its weights, by name (ONNX's external data); those in a path's own
            folder are found by themselves.

    Raises:
        CheckpointError: it cannot be read, or is unsafe or too large. A file without any recurrent network is
            no error here: its tensors can be mapped by hand.
    """
    try:
        return _inspect(source, name, beside)
    except ExplorerError:
        raise
    except Exception as reason:  # a stranger's bytes, and a stranger's file object, may still find a way
        raise CheckpointError(
            f"This file is damaged, or of a kind that was never met ({type(reason).__name__}): save it again."
        ) from reason


def _inspect(source: Any, name: str, beside: Mapping[str, bytes] | None) -> Checkpoint:
    data, found, near = read_source(source, beside)
    stem = PurePath(name or found).stem.removesuffix(".weights")
    data, members = open_archive(data)
    steps = Steps()
    if members:
        return inspect_members(stem, members, lambda member: _checkpoint(stem, read_contents(member, steps)))
    return _checkpoint(stem, read_contents(data, steps, beside=near))


def _checkpoint(name: str, stored: Contents) -> Checkpoint:
    """The networks of one file."""
    contents = with_derived(stored) if stored.graph is None else stored
    found_groups, reasons = _FINDERS.get(contents.format, torch_groups)(contents)
    groups, problems = told(*with_said(found_groups, reasons, contents), contents)
    made = {name: values for group in groups for name, values in group.made.items()}
    contents = replace(contents, tensors={**contents.tensors, **made}) if made else contents
    taken = frozenset(source for group in groups for source in group.sources)
    if contents.graph is not None:
        groups = chained(groups)
    complete = []
    for group in groups:
        others = [one for one in groups if one is not group]
        try:
            offered = with_offers(with_class(group, contents), contents, taken, others)
            offered = offered if contents.format in _FINDERS else settled(offered, contents, others)
            complete.append(with_unreadable(with_name(offered, contents), contents))
        except CheckpointError as problem:
            problems.append(str(problem))
    offers = stacked(complete) if contents.graph is None else ()
    stacks = tuple(with_offers(group, contents, taken) for group in offers)
    return Checkpoint(name, contents.format, tuple(complete), stacks, tuple(problems), contents, stored.tensors)


def refused_beside(checkpoint: Checkpoint, taken: Collection[str]) -> tuple[str, ...]:
    """Those of a file's problems that are about other networks than the one which some of its tensors make.

    Args:
        checkpoint: the file.
        taken: the names of these tensors.
    """
    if not checkpoint.problems:
        return ()
    if checkpoint.members:
        known = {problem for one in checkpoint.members.values() for problem in one.problems}
        left: set[str] = set()
        for member, one in checkpoint.members.items():
            left |= {*refused_beside(one, {name.removeprefix(f"{member}: ") for name in taken})}
    else:
        contents = checkpoint.contents
        used = {part for name in taken for part in (name, *contents.made_of.get(name, ()))}
        whole = dict(checkpoint.stored)
        rest = {name: values for name, values in whole.items() if name not in used}
        known, left = ({*_problems(replace(contents, tensors=one, made_of={}, known={}))} for one in (whole, rest))
    return tuple(problem for problem in checkpoint.problems if problem not in known or problem in left)


def _problems(contents: Contents) -> tuple[str, ...]:
    return _checkpoint("", contents).problems
