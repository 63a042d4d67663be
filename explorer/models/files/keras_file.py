"""Keras's files: HDF5 (``.h5``, ``.weights.h5``), and the zip around it (``.keras``)."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from explorer.archives.archive import Archive
from explorer.errors import CheckpointError
from explorer.models.files import hdf5_table
from explorer.models.files.contents import Array, Contents
from explorer.models.files.keras_layers import read_layers
from explorer.models.files.limits import (
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_HEADER_BYTES,
    check_bytes,
    check_entries,
    damaged,
    named,
)

HDF5 = b"\x89HDF\r\n\x1a\n"
_CONFIG, _WEIGHTS, _ABOUT = "config.json", "model.weights.h5", "metadata.json"
_SECONDS = 30
_LENGTH_BYTES = 8
_REASONS = {
    "outside": "The weights {} lie in another file, which is never opened: save them whole.",
    "objects": "The entry {} holds objects instead of numbers: save the weights alone.",
    "packed": "The weights {} are compressed or in pieces, as Keras never stores them: save them plainly.",
    "many": f"This file has more than {MAX_ENTRIES:,} groups and weights: save the recurrent layers alone.",
}
_DAMAGES = {
    "unreadable": "its HDF5 structure cannot be read",
    "claims": "the weights {} claim more than is stored for them",
    "deep": f"its groups are nested more than {MAX_DEPTH} deep",
    "config": "its attribute {} is no text",
}


def is_keras_archive(archive: Archive) -> bool:
    """Whether a zip file is a ``.keras``."""
    return _CONFIG in archive and _WEIGHTS in archive


def read_keras_archive(data: bytes) -> Contents:
    """Read a ``.keras`` file.

    Raises:
        CheckpointError: it is damaged, or as `read_hdf5`.
    """
    archive = Archive(data)
    about = _parsed(archive.read(_ABOUT)) if _ABOUT in archive else {}
    version = about.get("keras_version") if isinstance(about, dict) else None
    contents = read_hdf5(archive.read(_WEIGHTS), archive.read(_CONFIG))
    return replace(contents, version=version if isinstance(version, str) else "")


def read_hdf5(data: bytes | memoryview, config: bytes | memoryview | None = None) -> Contents:
    """Read the weights of an HDF5 file, as views of its bytes, and its layers' settings where it states them.

    Args:
        data: the file.
        config: the model's configuration as JSON, where it lies outside.

    Raises:
        CheckpointError: it is damaged, refers to other files, holds objects or claims too much.
    """
    table, rest = _table(data)
    if "refused" in table:
        raise _refusal(*table["refused"])
    check_entries(len(table["weights"]), "weights")
    tensors: dict[str, Array] = {}
    claimed = place = 0
    for name, shape, kind, offset in table["weights"]:
        size = prod(shape) * np.dtype(kind).itemsize
        claimed += size
        check_bytes(claimed, "What this file's weights take")
        start, source = (place, rest) if offset < 0 else (offset, memoryview(data))
        place += size if offset < 0 else 0
        if start + size > len(source):
            raise damaged(f"the weights {named(name)} claim more than is stored for them")
        tensors[name] = np.frombuffer(source, kind, prod(shape), start).reshape(shape)
    stated = table["config"] if config is None else bytes(config)
    layers = read_layers(_parsed(stated)) if stated else {}
    return Contents("Keras", tensors, layers=layers, states_layers=bool(layers), version=table.get("version") or "")


def _table(data: bytes | memoryview) -> tuple[dict[str, Any], memoryview]:
    """What the other process tells of a file, and the weights that it had to put together."""
    script = str(Path(hdf5_table.__file__))
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "HDF5_USE_FILE_LOCKING": "FALSE"}
    try:
        run = subprocess.run(
            [sys.executable, "-I", script],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise damaged("its HDF5 structure has no end") from None
    except OSError:
        raise CheckpointError(
            "HDF5 files cannot be read on this server now: try again, or give .keras weights as .npz."
        ) from None
    if run.returncode < 0:
        raise damaged("its HDF5 structure has no end")
    length = int.from_bytes(run.stdout[:_LENGTH_BYTES], "little")
    if run.returncode or not length:
        raise CheckpointError("HDF5 files cannot be read on this server: install h5py.")
    start = _LENGTH_BYTES + length
    table: dict[str, Any] = json.loads(run.stdout[_LENGTH_BYTES:start])
    return table, memoryview(run.stdout)[start:]


def _refusal(reason: str, name: str) -> CheckpointError:
    if reason in _REASONS:
        return CheckpointError(_REASONS[reason].format(named(name)))
    return damaged(_DAMAGES[reason].format(named(name)))


def _parsed(config: str | bytes | memoryview) -> Any:
    if len(config) > MAX_HEADER_BYTES:
        raise damaged("its configuration is too long")
    try:
        return json.loads(config if isinstance(config, str) else bytes(config))
    except (ValueError, RecursionError):
        raise damaged("its configuration is no JSON") from None
