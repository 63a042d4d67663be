"""PyTorch's own files, zip and older: a pickle that describes tensors, and their raw storages."""

from functools import cache
from io import BytesIO

from explorer.errors import CheckpointError
from explorer.models.files.archive import Archive
from explorer.models.files.contents import Array, Contents
from explorer.models.files.limits import MAX_PICKLE_BYTES, SAVE_WEIGHTS, check_bytes, check_entries, damaged
from explorer.models.files.nested import flatten
from explorer.models.files.pickled import Reference
from explorer.models.files.pickles import read_pickle
from explorer.models.files.storages import Described, Load, Storage, describe, load, storage_of
from explorer.models.files.words import Words

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_COUNT_BYTES = 8


def is_torch_archive(archive: Archive) -> bool:
    """Whether a zip file is one that ``torch.save`` wrote."""
    return any(name.endswith("/data.pkl") for name in archive.names)


def read_torch_archive(data: bytes) -> Contents:
    """Read what ``torch.save`` writes: ``NAME/data.pkl`` and an entry a storage.

    Raises:
        CheckpointError: it is damaged, claims more than it holds, or is more than weights.
    """
    if any(name.endswith("/constants.pkl") for name in Archive(data).names):
        raise CheckpointError(
            f"This file is a TorchScript program, which brings its own code. Save the weights alone: {SAVE_WEIGHTS}"
        )
    archive = Archive(data, packed=False)
    folder = next(name for name in archive.names if name.endswith("/data.pkl")).removesuffix("data.pkl")
    if f"{folder}byteorder" in archive and archive.read(f"{folder}byteorder") != b"little":
        raise CheckpointError("This file was written on a big-endian machine: save it again on another.")
    program = archive.read(f"{folder}data.pkl")
    if len(program) > MAX_PICKLE_BYTES:
        raise CheckpointError(
            f"This file's pickle is {len(program) / 1e6:.0f} MB and the most is {MAX_PICKLE_BYTES / 1e6:.0f} MB: "
            f"save the weights alone, {SAVE_WEIGHTS}"
        )
    found = flatten(read_pickle(BytesIO(program)))
    tensors = {name: describe(name, call) for name, call in found.tensors.items()}
    return _load(tensors, found.words, lambda storage: archive.read(f"{folder}data/{storage.key}"))


def is_old_torch(data: bytes) -> bool:
    """Whether a file begins as ``torch.save`` wrote before zip: with the pickle of a certain number."""
    return data[:1] == b"\x80" and _MAGIC.to_bytes(10, "little") in data[:64]


def read_old_torch(data: bytes) -> Contents:
    """Read PyTorch's format before 1.6: five pickles, then the storages one after the other.

    Raises:
        CheckpointError: as `read_torch_archive`.
    """
    file = BytesIO(data)
    if read_pickle(file) != _MAGIC or read_pickle(file) != _PROTOCOL:
        raise damaged("it does not begin as PyTorch's files do")
    machine = read_pickle(file)
    if not isinstance(machine, dict) or not machine.get("little_endian", True):
        raise CheckpointError("This file was written on a big-endian machine: save it again on another.")
    references: list[Reference] = []
    found, keys = flatten(read_pickle(file, references)), read_pickle(file)
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise damaged("its list of storages cannot be read")
    check_entries(len(keys), "storages")
    tensors = {name: describe(name, call) for name, call in found.tensors.items()}
    storages = {one.key: one for one in (storage_of("a storage", reference) for reference in references)}
    places = _places(data, file.tell(), keys, storages)
    return _load(tensors, found.words, lambda storage: _slice(data, places, storage))


def _places(data: bytes, start: int, keys: list[str], storages: dict[str, Storage]) -> dict[str, tuple[int, int]]:
    """Where each storage lies: a count, then the numbers."""
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


def _slice(data: bytes, places: dict[str, tuple[int, int]], storage: Storage) -> memoryview:
    if storage.key not in places:
        raise damaged("a storage is missing")
    start, end = places[storage.key]
    return memoryview(data)[start:end]


def _load(tensors: dict[str, Described], words: dict[str, Words], load_storage: Load) -> Contents:
    """Every tensor as an array; tensors that share a storage, or all of a place in it, share it here too."""
    check_bytes(sum(one.bytes for one in set(tensors.values())), "What this file's tensors take")
    load_storage, read = cache(load_storage), cache(load)
    arrays: dict[str, Array] = {}
    converted: dict[str, str] = {}
    for name, described in tensors.items():
        if described.storage.is_real:
            arrays[name], how = read(described, load_storage)
            converted |= {name: how} if how else {}
    return Contents("PyTorch", arrays, converted, words)
