"""Files of strangers → named tensors. Nothing in them is run, and nothing is allocated that they only claim."""

from collections.abc import Mapping

from explorer.archives.archive import Archive
from explorer.errors import CheckpointError
from explorer.models.files.arrays_file import is_arrays, read_array, read_arrays, read_npz
from explorer.models.files.beside import Beside
from explorer.models.files.contents import Array, Call, Contents, Known, Layer, Read
from explorer.models.files.graph import Graph, Node
from explorer.models.files.keras_file import HDF5, is_keras_archive, read_hdf5, read_keras_archive
from explorer.models.files.limits import MAX_FILE_BYTES, check_bytes, named, shown
from explorer.models.files.members import is_gzip, is_tar, refuse_old_tar, tar_members, unpacked, zip_members
from explorer.models.files.nested import flatten
from explorer.models.files.onnx_file import RECURRENT, is_onnx, read_onnx
from explorer.models.files.pickles import Steps
from explorer.models.files.plain_pickle import is_pickle, read_plain_pickle
from explorer.models.files.safetensors_file import is_safetensors, read_safetensors
from explorer.models.files.source import Source, read_source
from explorer.models.files.torch_file import is_old_torch, is_torch_archive, read_old_torch, read_torch_archive
from explorer.models.files.words import MAX_WORDS, Words, as_words, distinct, words_of

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
READABLE = "PyTorch (.pt, .pth, .bin, .ckpt), safetensors, NumPy (.npz), Keras (.h5, .keras) or ONNX"
_FOREIGN = {
    b"\x1f\x8b": "is packed with gzip twice: unpack it first.",
    b"BZh": "is packed with bzip2: unpack it first.",
    b"\xfd7zXZ": "is packed with xz: unpack it first.",
    b"7z\xbc\xaf": "is packed with 7-Zip: unpack it first.",
    b"Rar!": "is packed with RAR: unpack it first.",
    b"version https://git-lfs": "is only Git LFS's note of where the weights are: fetch the file itself, git lfs pull.",
    b"<": "is a web page, not weights: download the file itself.",
    b"GGUF": "holds a language model in GGUF, which has no recurrent layer.",
    b"\x93NUMPY": "is one array (.npy), not a model: give the weights by name, np.savez(path, **weights).",
}


def read_contents(data: bytes, steps: Steps | None = None, *, beside: Beside | None = None) -> Contents:
    """Read a checkpoint, whatever it is, told by its first bytes.

    Args:
        data: the file.
        steps: how long its pickles may be, where it is one of several.
        beside: where to find weights that it keeps in a second file.

    Raises:
        CheckpointError: it is of no readable format, damaged, unsafe or too large.
    """
    steps = steps or Steps()
    if data[:4] in _ZIPS:
        return _read_zip(data, steps)
    if data[:8] == HDF5:
        return read_hdf5(data)
    if is_old_torch(data):
        return read_old_torch(data, steps)
    for mark, what in _FOREIGN.items():
        if data.startswith(mark):
            raise CheckpointError(f"This file {what}")
    if is_safetensors(data):
        return read_safetensors(data)
    if is_onnx(data):
        return read_onnx(data, beside)
    if is_pickle(data):
        return read_plain_pickle(data, steps)
    raise CheckpointError(f"This file is of no format that can be opened: give {READABLE}.")


def open_archive(data: bytes) -> tuple[bytes, Mapping[str, bytes | memoryview]]:
    """What a file holds once it is unpacked, and the files in it, where it is an archive of files.

    Args:
        data: the file.

    Returns:
        The file without a gzip around it; and its members by name: of a tar, or of a zip that is no checkpoint itself.

    Raises:
        CheckpointError: it is damaged, claims too much, or is a tar of PyTorch's before 0.1.10.
    """
    content = unpacked(data) if is_gzip(data) else data
    if is_tar(content):
        members = tar_members(content)
        refuse_old_tar(members)
        return content, members
    if content[:4] not in _ZIPS:
        return content, {}
    archive = Archive(content)
    one = is_torch_archive(archive) or is_keras_archive(archive) or is_arrays(archive)
    return content, {} if one else zip_members(archive)


def is_weights(data: bytes | memoryview) -> bool:
    """Whether a file begins as one of weights does; text never does."""
    head = bytes(data[:16])
    if head[:4] in _ZIPS or head[:8] == HDF5 or (head[:1] == b"\x80" and head[1:2] <= b"\x05"):
        return True
    return is_onnx(head) or (is_safetensors(head) and int.from_bytes(head[:8], "little") < len(data))


def _read_zip(data: bytes, steps: Steps) -> Contents:
    archive = Archive(data)
    if is_torch_archive(archive):
        return read_torch_archive(data, steps)
    if is_keras_archive(archive):
        return read_keras_archive(data)
    if is_arrays(archive):
        return read_npz(data)
    raise CheckpointError(f"This zip file holds no weights that can be opened: give {READABLE}.")


__all__ = [
    "MAX_FILE_BYTES",
    "MAX_WORDS",
    "READABLE",
    "RECURRENT",
    "Array",
    "Beside",
    "Call",
    "Contents",
    "Graph",
    "Known",
    "Layer",
    "Node",
    "Read",
    "Source",
    "Steps",
    "Words",
    "as_words",
    "check_bytes",
    "distinct",
    "flatten",
    "is_weights",
    "named",
    "open_archive",
    "read_array",
    "read_arrays",
    "read_contents",
    "read_source",
    "shown",
    "words_of",
]
