"""NumPy's ``.npz`` as a file of weights."""

from explorer.archives.archive import Archive
from explorer.archives.arrays import ENDING, read_array, read_arrays
from explorer.models.files.contents import Array, Contents
from explorer.models.files.nested import short_names
from explorer.models.files.words import MAX_WORDS, Words, as_words

__all__ = ["is_arrays", "read_array", "read_arrays", "read_npz"]


def is_arrays(archive: Archive) -> bool:
    """Whether a zip file is an ``.npz``."""
    return bool(archive.names) and all(name.endswith(ENDING) for name in archive.names)


def read_npz(data: bytes) -> Contents:
    """Read an ``.npz`` of weights; a one-dimensional array of strings may be a vocabulary.

    Raises:
        CheckpointError: as `read_arrays`.
    """
    arrays = read_arrays(data)
    names = short_names([(name,) for name in arrays])
    tensors: dict[str, Array] = {}
    words: dict[str, Words] = {}
    for name, array in zip(names, arrays.values(), strict=True):
        if array.dtype.kind in "fiub":
            tensors[name] = array
        elif array.dtype.kind in "US" and array.ndim == 1 and len(array) <= MAX_WORDS:
            found = _words(array)
            words |= {} if found is None else {name: found}
    return Contents("NumPy", tensors, words=words)


def _words(array: Array) -> Words | None:
    """An array's strings; None where they are no vocabulary, or hold code points that are no characters."""
    try:
        return as_words(array.tolist())
    except ValueError:
        return None
