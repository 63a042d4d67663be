"""PyTorch's own files, zip and older: a pickle that describes tensors, and their raw storages."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from explorer.archives.archive import Archive
from explorer.errors import CheckpointError
from explorer.models.files.contents import Array, Contents
from explorer.models.files.limits import check_bytes, check_entries, damaged
from explorer.models.files.nested import Found, flatten
from explorer.models.files.pickled import Call, Object, Reference
from explorer.models.files.pickles import Pickle, Steps
from explorer.models.files.script import stated_by_code
from explorer.models.files.storages import Described, Load, Storage, describe, load, storage_of

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_COUNT_BYTES = 8
_SCRIPT_NOTE = (
    "This is a TorchScript program: its weights were read and its code was not, so what it does before and after them "
    "is not known."
)


def is_torch_archive(archive: Archive) -> bool:
    """Whether a zip file is one that ``torch.save`` wrote."""
    return any(name.endswith("/data.pkl") for name in archive.names)


def read_torch_archive(data: bytes, steps: Steps) -> Contents:
    """Read what ``torch.save`` or ``torch.jit.save`` writes: ``NAME/data.pkl`` and an entry a storage.

    Args:
        data: the file.
        steps: how long its pickle may be.

    Raises:
        CheckpointError: it is damaged, or claims more than it holds.
    """
    script = any(name.endswith("/constants.pkl") for name in Archive(data).names)
    archive = Archive(data, packed=script)
    folder = next(name for name in archive.names if name.endswith("/data.pkl")).removesuffix("data.pkl")
    if f"{folder}byteorder" in archive and archive.read(f"{folder}byteorder") != b"little":
        raise CheckpointError("This file was written on a big-endian machine: save it again on another.")
    found = flatten(Pickle(bytes(archive.read(f"{folder}data.pkl")), steps=steps).tree)
    contents = contents_of(found, lambda storage: archive.read(f"{folder}data/{storage.key}"))
    if not script:
        return contents
    modules = stated_by_code(archive, folder, contents.modules)
    return replace(contents, modules=modules, notes=(_SCRIPT_NOTE,))


def is_old_torch(data: bytes | memoryview) -> bool:
    """Whether a file begins as ``torch.save`` wrote before zip: with the pickle of a certain number."""
    return data[:1] == b"\x80" and _MAGIC.to_bytes(10, "little") in bytes(data[:64])


def read_old_torch(data: bytes, steps: Steps) -> Contents:
    """Read PyTorch's format before 1.6: five pickles, then the storages one after the other.

    Raises:
        CheckpointError: as `read_torch_archive`.
    """
    tree, places, _ = _old_parts(data, steps)
    return contents_of(flatten(tree), lambda storage: _slice(data, places, storage))


def old_storage(data: bytes | memoryview, steps: Steps) -> tuple[Reference, memoryview]:
    """The one storage that a pickle of a tensor keeps as a whole file of its own.

    Raises:
        CheckpointError: it is none.
    """
    if not isinstance(data, bytes | memoryview) or not is_old_torch(data):
        raise damaged("a storage within its pickle cannot be read")
    content = bytes(data)
    tree, places, _ = _old_parts(content, steps)
    storage = storage_of("a storage", tree)
    return tree, _slice(content, places, storage)


_Places = dict[str, tuple[int, int]]


def _old_parts(data: bytes, steps: Steps) -> tuple[Any, _Places, list[Reference]]:
    magic = Pickle(data, steps=steps)
    protocol = Pickle(data, magic.end, steps)
    if not _is_number(magic.tree, _MAGIC) or not _is_number(protocol.tree, _PROTOCOL):
        raise damaged("it does not begin as PyTorch's files do")
    machine = Pickle(data, protocol.end, steps)
    if not isinstance(machine.tree, dict) or machine.tree.get("little_endian", True) is not True:
        raise CheckpointError("This file was written on a big-endian machine: save it again on another.")
    content = Pickle(data, machine.end, steps)
    keys = Pickle(data, content.end, steps)
    if not isinstance(keys.tree, list) or not all(isinstance(key, str) for key in keys.tree):
        raise damaged("its list of storages cannot be read")
    check_entries(len(keys.tree), "storages")
    return content.tree, _places(data, keys.end, keys.tree, content.references), content.references


def _is_number(value: Any, number: int) -> bool:
    return bool((value.arguments[0] if isinstance(value, Object) and value.arguments else value) == number)


def _places(data: bytes, start: int, keys: list[str], references: list[Reference]) -> _Places:
    """Where each storage lies: a count, then the numbers."""
    kept = [one for one in references if isinstance(one.key, tuple) and one.key[:1] == ("storage",)]
    storages = {one.key: one for one in (storage_of("a storage", reference) for reference in kept)}
    places = {}
    for key in keys:
        if key not in storages:
            raise damaged("a storage belongs to no tensor")
        count = int.from_bytes(data[start : start + _COUNT_BYTES], "little", signed=True)
        start += _COUNT_BYTES
        end = start + count * storages[key].type.itemsize
        if count < 0 or end > len(data):
            raise damaged(f"a storage claims {count:,} numbers, more than the file has")
        places[key] = (start, end)
        start = end
    return places


def _slice(data: bytes, places: _Places, storage: Storage) -> memoryview:
    if storage.key not in places:
        raise damaged("a storage is missing")
    start, end = places[storage.key]
    return memoryview(data)[start:end]


def contents_of(found: Found, load_storage: Load, form: str = "PyTorch") -> Contents:
    """Every tensor as an array; tensors that share a storage, or all of a place in it, share it here too.

    Raises:
        CheckpointError: together they claim too much, or the file does not hold what they claim. A tensor that
            lies in memory as no weights do is left out, and said.
    """
    described, unreadable = _described(found.tensors)
    size = sum(one.bytes for one in set(described.values()))
    check_bytes(size, "What this file's tensors take")
    load_storage, read = cache(load_storage), cache(load)
    arrays: dict[str, Array] = {}
    converted: dict[str, str] = {}
    for name, value in found.tensors.items():
        if not isinstance(value, Call):
            arrays[name] = value
        elif name in described and described[name].storage.is_real:
            arrays[name], how = read(described[name], load_storage)
            converted |= {name: how} if how else {}
    return Contents(
        form, arrays, converted, found.words, modules=found.modules, unreadable={**found.unreadable, **unreadable}
    )


def _described(tensors: Mapping[str, Call | Array]) -> tuple[dict[str, Described], dict[str, str]]:
    described: dict[str, Described] = {}
    unreadable: dict[str, str] = {}
    for name, value in tensors.items():
        if isinstance(value, Call):
            try:
                described[name] = describe(name, value)
            except CheckpointError as reason:
                unreadable[name] = str(reason)
    return described, unreadable
