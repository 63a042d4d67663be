"""Uploaded NumPy files: good ones of every shape, and files that mean ill."""

import io
import pickle
import zipfile
from typing import Any

import numpy as np
import pytest

from explorer.errors import EncodingError
from explorer.sequences import encode_table, read_arrays, to_table


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", ">f4", "int32", "uint8", "bool"])
@pytest.mark.parametrize(("shape", "batched"), [((5,), (1, 5, 1)), ((5, 3), (1, 5, 3)), ((2, 5, 3), (2, 5, 3))])
def test_every_shape_is_a_batch_of_sequences(shape: tuple[int, ...], batched: tuple[int, ...], dtype: str) -> None:
    array = np.random.default_rng(0).integers(0, 2, size=shape).astype(dtype)
    for order in ("C", "F"):
        found = read_arrays(npy(np.asarray(array, order=order)), "input.npy")
        assert list(found) == ["input"]
        assert np.array_equal(found["input"], array.astype(float).reshape(batched))
    assert np.array_equal(read_arrays(npz(x=array, words=np.array(["a"])))["x"], array.astype(float).reshape(batched))


def test_one_of_them_becomes_a_sequence_with_columns_to_choose() -> None:
    batch = np.random.default_rng(0).normal(size=(2, 4, 3))
    table = to_table(batch[1], "input.npy")
    assert table.numeric_columns == ("column 1", "column 2", "column 3")
    assert np.array_equal(encode_table(table, ["column 2"]).values[:, 0], batch[1, :, 1])


class Canary:
    """Would write a file if it were unpickled."""

    def __reduce__(self) -> Any:
        return (open, ("canary", "w"))


def promising(shape: tuple[int, ...]) -> bytes:
    """A header that claims far more than follows."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"shape": shape, "fortran_order": False, "descr": "<f8"})
    return file.getvalue() + bytes(64)


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", bytes(200_000_000))
    return file.getvalue()


BAD = {
    "empty": b"",
    "text": b"hello",
    "objects": npy(np.array([Canary()], dtype=object)),
    "a pickle": pickle.dumps([1.0]),
    "terabytes": promising((10**12,)),
    "negative": promising((-1, 5)),
    "overflowing": promising((2**40, 2**40)),
    "a bomb": bomb(),
    "cut": npy(np.zeros(50))[:-9],
    "four axes": npy(np.zeros((1, 1, 1, 1))),
    "no axes": npy(np.float64(3)),
    "nothing in it": npy(np.zeros((0, 3))),
    "words": npy(np.array(["a", "b"])),
    "complex": npy(np.zeros(3, dtype=complex)),
    "an empty archive": npz(),
    "a broken archive": npz(x=np.zeros(50))[:-30],
    "80 million steps in few bytes": npz(x=np.zeros(80_000_000, dtype=np.int8)),
    "too many numbers once each takes eight bytes": npz(x=np.zeros((200, 1_000, 70), dtype=np.int8)),
    "a header that is no literal": npy(np.zeros(5)).replace(b"'descr'", b"'de\"cr'"),
    "objects in an archive": npz(x=np.array([Canary()], dtype=object)),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_what_is_no_sequence_is_refused(content: bytes, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EncodingError, match=r"save it|give"):
        read_arrays(content, "input.npy")
    assert list(tmp_path.iterdir()) == []
