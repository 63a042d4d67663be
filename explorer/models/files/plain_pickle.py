"""A pickle that ``torch.save`` did not write: of NumPy's arrays, or of tensors that bring their storages."""

from typing import Any

from explorer.models.files.contents import Contents
from explorer.models.files.limits import damaged
from explorer.models.files.nested import flatten
from explorer.models.files.pickled import Reference
from explorer.models.files.pickles import Pickle, Steps
from explorer.models.files.storages import Storage
from explorer.models.files.torch_file import contents_of, old_storage

_TEXT_BEGINNINGS = (b"(", b"]", b"}", b"c")


def is_pickle(data: bytes) -> bool:
    """Whether a file can be a pickle: of protocol 2 and later by its mark, before by how it begins and ends."""
    return data[:1] == b"\x80" or (data.startswith(_TEXT_BEGINNINGS) and data[-64:].rstrip().endswith(b"."))


def read_plain_pickle(data: bytes, steps: Steps) -> Contents:
    """Read a pickle of weights; as every pickle, as data.

    Args:
        data: the file.
        steps: how long it, and what is within it, may be.

    Raises:
        CheckpointError: it is damaged, or claims more than it holds.
    """
    blocks: dict[str, memoryview] = {}

    def keep(content: Any) -> Reference:
        reference, block = old_storage(content, steps)
        key = f"{len(blocks)}"
        blocks[key] = block
        return Reference(("storage", reference.key[1], key, *reference.key[3:]))

    found = flatten(Pickle(data, steps=steps, load_storage=keep).tree)
    return contents_of(found, lambda storage: _block(blocks, storage))


def _block(blocks: dict[str, memoryview], storage: Storage) -> memoryview:
    if storage.key not in blocks:
        raise damaged("a storage is missing")
    return blocks[storage.key]
