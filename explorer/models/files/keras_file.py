"""Keras's files: HDF5 (``.h5``, ``.weights.h5``), and the zip around it (``.keras``)."""

import json
from io import BytesIO
from math import prod
from typing import Any

from explorer.errors import CheckpointError
from explorer.models.files.archive import Archive
from explorer.models.files.contents import Array, Contents
from explorer.models.files.keras_layers import layer_settings
from explorer.models.files.limits import MAX_DEPTH, MAX_HEADER_BYTES, check_bytes, check_entries, damaged, named

HDF5 = b"\x89HDF\r\n\x1a\n"
_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"


def is_keras_archive(archive: Archive) -> bool:
    """Whether a zip file is a ``.keras``."""
    return _CONFIG in archive and _WEIGHTS in archive


def read_keras_archive(data: bytes) -> Contents:
    """Read a ``.keras`` file.

    Raises:
        CheckpointError: it is damaged, or as `read_hdf5`.
    """
    archive = Archive(data)
    return read_hdf5(bytes(archive.read(_WEIGHTS)), bytes(archive.read(_CONFIG)))


def read_hdf5(data: bytes, config: bytes | None = None) -> Contents:
    """Read the weights of an HDF5 file, and its layers' settings where it states them.

    Args:
        data: the file.
        config: the model's configuration as JSON, where it lies outside.

    Raises:
        CheckpointError: it is damaged, refers to other files, holds objects or claims too much.
    """
    import h5py  # only here: no other page or model needs it

    try:
        with h5py.File(BytesIO(data), "r") as file:
            tensors = {name: _read(name, one) for name, one in _datasets(h5py, file)}
            stated = config if config is not None else _attribute(file, "model_config")
    except CheckpointError:
        raise
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, UnicodeError, MemoryError, OverflowError):
        raise damaged("its HDF5 structure cannot be read") from None
    layers = layer_settings(_parsed(stated)) if stated else {}
    return Contents("Keras", tensors, layers=layers, states_layers=bool(stated))


def _datasets(h5py: Any, file: Any) -> list[tuple[str, Any]]:
    """Every dataset by its path, each group looked into once."""
    found: dict[str, Any] = {}
    seen: set[Any] = set()
    claimed = 0
    waiting: list[tuple[str, Any]] = [("", file)]
    while waiting:
        path, group = waiting.pop()
        place = h5py.h5o.get_info(group.id).addr
        if place in seen:
            continue
        seen.add(place)
        check_entries(len(found) + len(seen) + len(group), "groups and weights")
        for key in reversed(list(group)):
            name = f"{path}/{key}".lstrip("/").replace("\\", "/")
            inner = _linked(h5py, group, key, name)
            if isinstance(inner, h5py.Group):
                if name.count("/") > MAX_DEPTH:
                    raise damaged(f"its groups are nested more than {MAX_DEPTH} deep")
                waiting.append((name, inner))
            elif isinstance(inner, h5py.Dataset):
                claimed += _checked_bytes(name, inner)
                check_bytes(claimed, "What this file's weights take")
                found[name] = inner
    return list(found.items())


def _linked(h5py: Any, group: Any, key: str, name: str) -> Any:
    link = group.get(key, getlink=True)
    if isinstance(link, h5py.ExternalLink):
        raise CheckpointError(f"The entry {named(name)} refers to another file, which is never opened: save it whole.")
    return group[key] if isinstance(link, h5py.HardLink) else None


def _checked_bytes(name: str, dataset: Any) -> int:
    """What a dataset claims to take, once it is one that holds plain numbers in this very file."""
    if dataset.is_virtual or dataset.external:
        raise CheckpointError(f"The weights {named(name)} lie in another file, which is never opened: save them whole.")
    if dataset.dtype.kind not in "fiub" or dataset.dtype.hasobject:
        if dataset.dtype.kind in "SU" and not dataset.dtype.hasobject:
            return 0
        raise CheckpointError(f"The entry {named(name)} holds objects instead of numbers: save the weights alone.")
    if dataset.id.get_create_plist().get_nfilters():
        raise CheckpointError(
            f"The weights {named(name)} are compressed inside the file, which Keras never does: save them uncompressed."
        )
    size: int = prod(dataset.shape or ()) * dataset.dtype.itemsize
    check_bytes(size, f"What {named(name)} claims to take")
    if dataset.chunks:
        check_bytes(prod(dataset.chunks) * dataset.dtype.itemsize, f"A block of {named(name)}")
    if size > dataset.id.get_storage_size():
        raise damaged(f"the weights {named(name)} claim {size:,} bytes, more than are stored for them")
    return size


def _read(name: str, dataset: Any) -> Array:
    values: Array = dataset[()] if dataset.shape is not None else dataset.fillvalue
    return values


def _attribute(file: Any, name: str) -> bytes | None:
    """An attribute that is one string, or None."""
    if name not in file.attrs:
        return None
    identifier = file.attrs.get_id(name)
    if identifier.shape != () or identifier.get_storage_size() > MAX_HEADER_BYTES:
        raise damaged(f"its attribute {named(name)} is no text")
    text = file.attrs[name]
    return text.encode() if isinstance(text, str) else bytes(text) if isinstance(text, bytes) else None


def _parsed(config: bytes) -> Any:
    if len(config) > MAX_HEADER_BYTES:
        raise damaged("its configuration is too long")
    try:
        return json.loads(config)
    except (ValueError, RecursionError):
        raise damaged("its configuration is no JSON") from None
