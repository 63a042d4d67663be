"""Files of people who mean ill, and files that broke on the way; each with what its refusal says."""

import gzip
import io
import json
import os
import pickle
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
import onnx
import torch
from torch import nn

from tests.models.checkpoint_writers import (
    as_npz,
    as_safetensors,
    keras_archive,
    onnx_file,
    onnx_node,
    saved,
    weights_of,
)


class Hostile(NamedTuple):
    """A file's bytes, made when asked for, and a pattern of the sentence that refuses it."""

    make: Callable[[], bytes]
    said: str


class _Calls:
    """Pickles as a call of anything."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


class Net(nn.Module):
    """A stranger's class."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(2, 3)


def _state() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return nn.LSTM(2, 3).state_dict()


def _changed(**changes: Any) -> bytes:
    return saved(_state() | changes)


def _zip(entries: dict[str, bytes], packed: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _pt(program: bytes, **more: bytes) -> bytes:
    """A ``.pt`` of a pickle written by hand."""
    return _zip({"archive/data.pkl": program, "archive/version": b"3"} | {f"archive/{k}": v for k, v in more.items()})


def _rewritten(old: bytes, new: bytes) -> bytes:
    """A good ``.pt`` with its pickle changed."""
    entries = _entries(saved(_state()))
    name = next(name for name in entries if name.endswith("data.pkl"))
    assert old in entries[name]
    return _zip(entries | {name: entries[name].replace(old, new, 1)})


def _tensor(sizes: str, strides: str, count: int = 4, offset: str = "K\x00") -> bytes:
    """A state_dict of one tensor whose description is given in pickle's own words."""
    program = (
        "\x80\x02}X\x0c\x00\x00\x00weight_hh_l0ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storage"
        f"ctorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuI{count}\ntQ{offset}({sizes}t({strides}t\x89}}tRs."
    )
    return _pt(program.encode("latin-1"), **{"data/0": bytes(16)})


def _program(tail: bytes) -> bytes:
    return _pt(b"\x80\x02" + tail)


def _deep() -> bytes:
    return _program(b"]" * 10_000 + b"a" * 9_999 + b".")


def _laughs() -> bytes:
    """Lists of ten references to the list before: ten to the twentieth power in all."""
    level = b"(" + b"h\x00" * 10 + b"lq\x00"
    return _program(b"]q\x00" + level * 20 + b".")


def _long(number: int) -> bytes:
    content = number.to_bytes(number.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(content)]) + content


def _keys(step: int) -> bytes:
    """A dictionary of whole numbers between which no hash tells."""
    return _program(b"}(" + b"".join(_long(step * number) + b"N" for number in range(1, 90_000)) + b"u.")


def _ids(step: int) -> bytes:
    """A vocabulary whose ids are such numbers."""
    words = (b"X\x05\0\0\0%05d" % number + _long(step * number) for number in range(1, 90_000))
    return _program(b"}(" + b"".join(words) + b"u.")


def _copies() -> bytes:
    large = b"(" + b"".join(b"M" + struct.pack("<H", number) + b"N" for number in range(50_000)) + b"dq\1"
    return _program(large + b"ccollections\nOrderedDict\nq\0(" + b"h\0h\1\x85R" * 250_000 + b"l.")


def _encodings() -> bytes:
    text = b"X" + struct.pack("<I", 10**6) + b"a" * 10**6 + b"q\1"
    return _program(text + b"c_codecs\nencode\nq\2X\6\0\0\0latin1q\3(" + b"h\2h\1h\3\x86R" * 200_000 + b"l.")


def _named_by_many() -> bytes:
    """A list of 100,000 words, and a list of 90,000 times that one."""
    words = b"(" + b"X\1\0\0\0a" * 100_000 + b"lq\1"
    return _program(words + b"0(" + b"h\1" * 90_000 + b"l.")


def _long_names() -> bytes:
    """Dictionaries in dictionaries, under names of a megabyte."""
    key = b"X" + struct.pack("<I", 10**6) + b"a" * 10**6 + b"q\1"
    return _program(key + b"0" + b"}(h\1" * 80 + b"(" + b"}" * 1_000 + b"l" + b"u" * 80 + b".")


_EMPTY_TENSOR = b"ctorch._utils\n_rebuild_qtensor\nq\7)R"


def _wrapped() -> bytes:
    one = b"q\2" + b"0h\0h\2N\x86Rq\2" * 1_000
    return _program(b"ctorch._utils\n_rebuild_parameter\nq\0" + b"0" + _EMPTY_TENSOR + one + _as_weight())


def _as_weight() -> bytes:
    return b"0}X\x0c\0\0\0weight_hh_l0h\2s."


def _scales() -> bytes:
    """Each tensor's scales and zero points are the tensor before: twice as many a level."""
    storage = b"(X\7\0\0\0storagectorch\nQInt8Storage\nX\1\0\0\0aX\3\0\0\0cpuK\4tQq\4"
    scheme = b"ctorch\nper_channel_affine\nq\5"
    level = b"0h\7(h\4K\0K\4\x85K\1\x85(h\5h\2h\2K\0ttRq\2"
    return _program(_EMPTY_TENSOR + b"q\0020" + storage + b"0" + scheme + level * 60 + _as_weight())


def _one_bit_wrong() -> bytes:
    data = bytearray(saved(_state()))
    data[data.index(_state()["weight_ih_l0"].numpy().tobytes()) + 5] ^= 4
    return bytes(data)


def _without_a_storage() -> bytes:
    entries = _entries(saved(_state()))
    return _zip({name: content for name, content in entries.items() if not name.endswith("data/1")})


def _entries_that_share_bytes() -> bytes:
    """A directory whose thousand entries all are the same megabyte."""
    content = bytes(1_000_000)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, len(content), len(content), 1, 0) + b"a" + content
    directory = b""
    for number in range(1_000):
        name = f"x/{number}.npy".encode()
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, len(content), len(content), len(name), 0, 0, 0, 0, 0, 0
        )
        directory += name
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1_000, 1_000, len(directory), len(local), 0)
    return local + directory + end


def _twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("x/data.pkl", "x/data/0", "x/data/1"):
            archive.writestr(name, b"")
    return buffer.getvalue().replace(b"x/data/1", b"x/data/0")


def _old(change: Callable[[bytes], bytes]) -> bytes:
    return change(saved(_state(), _use_new_zipfile_serialization=False))


def _claims_more(data: bytes) -> bytes:
    place = data.rindex(struct.pack("<q", 12))
    return data[:place] + struct.pack("<q", 2**40) + data[place + 8 :]


def _turned_round(data: bytes) -> bytes:
    place = data.index(b"\x88", data.index(b"little_endian"))
    return data[:place] + b"\x89" + data[place + 1 :]


def _header(header: Any, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def _entry(shape: list[int], begin: int, end: int) -> dict[str, Any]:
    return {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}


def _many_tensors(count: int) -> bytes:
    return _header({f"t{number}": _entry([0], 0, 0) for number in range(count)})


def _npy(header: str) -> bytes:
    text = header.encode() + b"\n"
    return _zip({"weight_hh_l0.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text})


def _h5(fill: Callable[[Any], Any]) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        fill(file)
    return buffer.getvalue()


def _virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
    file.create_virtual_dataset("lstm/cell/vars/0", layout)


def _loop(file: Any) -> None:
    file.create_group("layers")["again"] = file["/"]


def _deep_groups(file: Any) -> None:
    group = file
    for _ in range(200):
        group = group.create_group("g")


def _claims_a_terabyte(file: Any) -> None:
    file.create_dataset("layers/lstm/cell/vars/0", (10**6, 10**6), "f4", chunks=(10, 10))


def _objects(file: Any) -> None:
    file.create_dataset("layers/lstm/cell/vars/0", data=["a", "b"], dtype=h5py.string_dtype())


def _endless() -> bytes:
    """One byte changed in the place that holds a text's length: HDF5's own library never returns."""
    data = bytearray(_h5(lambda file: file.attrs.__setitem__("model_config", "x" * 100)))
    data[data.index(b"GCOL") + 24] = 255
    return bytes(data)


def _onnx(**attributes: Any) -> bytes:
    nodes, tensors = onnx_node("lstm", [weights_of(nn.LSTM(2, 3))], "n", **attributes)
    return onnx_file(nodes, tensors)


def _onnx_tensor(change: Callable[[Any], Any]) -> bytes:
    nodes, tensors = onnx_node("lstm", [weights_of(nn.LSTM(2, 3))], "n")
    change(tensors[0])
    return onnx_file(nodes, tensors)


def _outside(tensor: Any) -> None:
    onnx.external_data_helper.set_external_data(tensor, "/etc/passwd")
    tensor.data_location = onnx.TensorProto.EXTERNAL


def _peepholes() -> bytes:
    nodes, tensors = onnx_node("lstm", [weights_of(nn.LSTM(2, 3))], "n")
    nodes[0].input.extend(["", "", "", "P"])
    return onnx_file(nodes, tensors)


def _tar(entries: dict[str, bytes], claimed: int = 0) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    data = buffer.getvalue()
    return data if not claimed else data[:124] + b"%011o\0" % claimed + data[136:]


def _gzip_bomb() -> bytes:
    machine = zlib.compressobj(wbits=31)
    return b"".join(machine.compress(bytes(10**7)) for _ in range(30)) + machine.flush()


def hostile_files(canary: Path) -> dict[str, Hostile]:
    """Every file by name; any code that ran would write the canary."""
    shell, source = f"touch {canary}", f"open({str(canary)!r}, 'w')"
    reduced = {
        "calls the shell": (lambda: saved({"x": _Calls(os.system, shell)}), r"'posix\.system' would make: to open"),
        "evaluates": (lambda: saved({"x": _Calls(eval, source)}), r"'builtins\.eval' would make: to open"),
        "calls the shell, before zip": (
            lambda: saved(_Calls(os.system, shell), _use_new_zipfile_serialization=False), r"system' would make",
        ),
        "claims 100 GB of a bytearray": (
            lambda: saved({"x": _Calls(bytearray, 10**11)}), r"'builtins\.bytearray' would make",
        ),
        "imports by name": (lambda: _program(b"c__builtin__\nexec\nX\x01\x00\x00\x00a\x85R."), r"'builtins\.exec'"),
        "an old instance": (lambda: _program(b"(i__main__\nNet\n."), r"'__main__\.Net' would make"),
        "a registered extension": (lambda: _program(b"\x82\x01."), r"'extension 1' would make"),
        "a weight that a call would make": (
            lambda: _changed(weight_hh_l0=_Calls(os.system, shell)),  # type: ignore[arg-type]
            r"'weight_hh_l0' is no tensor but what 'posix\.system' would make",
        ),
        "a storage that a call would make": (
            lambda: _rewritten(b"ctorch\nFloatStorage\n", b"(S'posix'\ni__main__\na\n"), r"has no storage",
        ),
        "a stranger's settings": (lambda: saved({"config": Path}), r"No recurrent layer was found"),
        "a pickle of its own": (lambda: pickle.dumps({"w": np.ones(3)}), r"It holds 1 tensors, such as 'w'"),
        "calls the shell, by pickle": (lambda: pickle.dumps(_Calls(os.system, shell)), r"system' would make"),
        "calls the shell, in text": (lambda: pickle.dumps(_Calls(os.system, shell), 0), r"system' would make"),
        "a storage that brings a program": (
            lambda: pickle.dumps({"w": _Calls(torch.storage._load_from_bytes, pickle.dumps(_Calls(os.system, shell)))}),
            r"storage within its pickle cannot be read",
        ),
    }  # fmt: skip
    described = {
        "expanded": (lambda: _tensor("K\x04K\x04", "K\x00K\x01"), r"'weight_hh_l0' of shape 4 × 4 is expanded"),
        "expanded to 10¹²": (
            lambda: _changed(weight_hh_l0=torch.ones(1).expand(10**6, 10**6)), r"1000000 × 1000000 is expanded",
        ),
        "strides that overlap": (lambda: _tensor("K\x02K\x02", "K\x01K\x01"), r"share one place"),
        "more than its storage": (lambda: _tensor("K\x04K\x04", "K\x04K\x01"), r"4 × 4, but its storage has 4"),
        "a negative stride": (lambda: _tensor("K\x02K\x02", "I-2\nK\x01"), r"negative offset, size or stride"),
        "a negative offset": (lambda: _tensor("K\x02", "K\x01", offset="I-8\n"), r"negative offset"),
        "sizes without strides": (lambda: _tensor("K\x02K\x02", "K\x01"), r"sizes and strides that do not match"),
        "sizes that are words": (lambda: _tensor("X\x01\x00\x00\x00a", "K\x01"), r"no whole numbers"),
        "a storage that claims 4 TB": (
            lambda: _tensor("I1000000\nI1000000\n", "I1000000\nK\x01", 10**12), r"tensors take is 4,000,000 MB",
        ),
        "a storage that claims more": (lambda: _tensor("K\x08", "K\x01", 8), r"claims 8 numbers.*has 16"),
        "an unknown storage": (lambda: _rewritten(b"FloatStorage", b"MoonsStorage"), r"storage of an unknown kind"),
        "sparse": (lambda: _changed(weight_hh_l0=torch.ones(12, 3).to_sparse()), r"'weight_hh_l0' is sparse"),
        "on no device": (lambda: _changed(weight_hh_l0=torch.ones(12, 3, device="meta")), r"on the meta device"),
        "a storage is missing": (_without_a_storage, r"data/1' is missing"),
        "one bit wrong": (_one_bit_wrong, r"cannot be unpacked"),
    }  # fmt: skip
    nested = {
        "10,000 deep": (_deep, r"nested more than 64 deep"),
        "ten to the twentieth": (_laughs, r"No recurrent layer was found.*no tensors"),
        "two million steps": (lambda: _program(b"]" + b"K\x01a" * 1_000_000 + b"."), r"longer than 1,500,000 steps"),
        "a million dictionaries": (lambda: _program(b"(" + b"}" * 1_000_000 + b"t."), r"more than 500,000 objects"),
        "200,000 lists of lists": (lambda: _program(b"(" + b"]" * 200_000 + b"l."), r"of too many parts"),
        "keys that all hash alike": (lambda: _keys(2**61 - 1), r"No recurrent layer was found"),
        "ids that all hash alike": (lambda: _ids(2**61 - 1), r"No recurrent layer was found"),
        "a memo whose numbers all hash alike": (
            lambda: _program(b"N" + b"".join(b"p%d\n" % (number * (2**61 - 1)) for number in range(90_000)) + b"."),
            r"pickle cannot be read",
        ),
        "a dictionary copied again and again": (_copies, r"more than 30 MB of text"),
        "bytes made of text again and again": (_encodings, r"more than 30 MB of text"),
        "a long list named by many": (_named_by_many, r"No recurrent layer was found"),
        "names of a gigabyte": (_long_names, r"nested more than 64 deep|names of this file"),
        "a tensor in a thousand wrappers": (_wrapped, r"described in part only"),
        "scales of scales of scales": (_scales, r"described in part only"),
        "a memo of two billion": (lambda: _program(b"]r\xff\xff\xff\x7f."), r"No recurrent layer was found"),
        "a text of a petabyte": (
            lambda: _program(b"\x8d" + struct.pack("<Q", 10**15) + b"."),
            r"pickle cannot be read",
        ),
        "a number of 29 MB": (
            lambda: _program(b"\x8b" + struct.pack("<I", 29_000_000) + b"\x01" * 29_000_000 + b"."),
            r"No recurrent layer was found",
        ),
        "a pickle cut short": (lambda: _program(b"}X\x0c\x00\x00"), r"pickle cannot be read"),
        "an empty stack": (lambda: _program(b"R."), r"pickle cannot be read"),
        "a text of 40 MB": (
            lambda: _program(b"X" + struct.pack("<I", 40_000_000) + bytes(40_000_000) + b"."),
            r"more than 30 MB of text",
        ),
        "no pickle at all": (lambda: _program(b"\xff\xff"), r"pickle cannot be read"),
    }
    archives = {
        "a deflated bomb": (
            lambda: _zip(_entries(saved({"w": torch.zeros(12_000_000)})), packed=True), r"is compressed, as PyTorch",
        ),
        "cut in half": (lambda: saved(_state())[:900], r"zip directory cannot be read"),
        "30,000 entries": (lambda: _zip({f"{number}": b"" for number in range(30_000)}), r"claims 30,000 entries"),
        "entries that share their bytes": (_entries_that_share_bytes, r"unpacks to is 1,000 MB"),
        "one name twice": (_twice, r"'x/data/0' comes twice"),
        "TorchScript": (
            lambda: _zip({"x/data.pkl": b"", "x/constants.pkl": b"", "x/code/a": b"aa"}, packed=True),
            r"pickle cannot be read",
        ),
        "big-endian": (lambda: _zip({"x/data.pkl": b"", "x/byteorder": b"big"}), r"big-endian"),
        "another zip": (lambda: _zip({"word/document.xml": b"<a/>"}), r"archive holds no weights"),
        "old, cut in half": (lambda: _old(lambda data: data[:-100]), r"more than the file has"),
        "old, claims 8 TB": (lambda: _old(_claims_more), r"claims 1,099,511,627,776 numbers"),
        "old, of another machine": (
            lambda: _old(_turned_round), r"written on a big-endian machine",
        ),
    }  # fmt: skip
    tensors = {
        "a header of terabytes": (lambda: struct.pack("<Q", 2**43) + b'{"a": 1}', r"claims 8,796,093,022,208"),
        "100,000 tensors": (lambda: _many_tensors(100_000), r"header is 7 MB"),
        "30,000 tensors": (lambda: _many_tensors(30_000), r"30,000 tensors"),
        "tensors that share bytes": (
            lambda: _header({"a": _entry([2], 0, 8), "b": _entry([2], 4, 12)}, bytes(12)), r"shares its bytes",
        ),
        "a tensor beyond the end": (lambda: _header({"a": _entry([2], 0, 8)}, bytes(4)), r"claims bytes 0 to 8"),
        "a shape of a petabyte": (
            lambda: _header({"a": _entry([10**9, 10**6], 0, 8)}, bytes(8)), r"1000000000 × 1000000, but 8 bytes",
        ),
        "a negative size": (lambda: _header({"a": _entry([-2, -4], 0, 8)}, bytes(8)), r"describes no place for 'a'"),
        "no offsets": (lambda: _header({"a": {"dtype": "F32", "shape": [2]}}), r"describes no place"),
        "a header of nonsense": (lambda: _header(b"{nonsense"), r"header is no JSON, JSONDecodeError"),
        "a name twice": (lambda: _header(b'{"a": {}, "a": {}}'), r"names something twice"),
        "a header nested 100,000 deep": (lambda: _header(b'{"a":' * 100_000), r"header is no JSON, RecursionError"),
        "a number of 10,000 digits": (lambda: _header(b'{"a": ' + b"9" * 10_000 + b"}"), r"no JSON, ValueError"),
    }  # fmt: skip
    arrays = {
        "an array of objects": (
            lambda: as_npz({}, weight_hh_l0=np.array([_Calls(os.system, shell)], dtype=object)), r"Python objects",
        ),
        "a bomb of zeros": (lambda: as_npz({}, packed=True, w=np.zeros(26_000_000)), r"unpacks to is 208 MB"),
        "an array of a petabyte": (
            lambda: _npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000)}"), r"1000000 × 1000000",
        ),
        "an array with code": (lambda: _npy("{'descr': " + source + "}"), r"no readable header"),
        "one array": (lambda: b"\x93NUMPY\x01\x00", r"is one array"),
    }  # fmt: skip
    hdf5 = {
        "a link to another file": (
            lambda: _h5(lambda file: file.__setitem__("w", h5py.ExternalLink("/etc/passwd", "x"))), r"in another file",
        ),
        "a virtual dataset": (lambda: _h5(_virtual), r"lie in another file"),
        "bytes of another file": (
            lambda: _h5(lambda file: file.create_dataset("w", (4,), "f4", external=[("/etc/passwd", 0, 16)])),
            r"lie in another file",
        ),
        "objects": (lambda: _h5(_objects), r"holds objects"),
        "a terabyte of nothing": (lambda: _h5(_claims_a_terabyte), r"vars/0' claim more than is stored"),
        "numbers that are not there": (
            lambda: _h5(lambda file: file.create_dataset("w", (1000, 1000), "f4", chunks=(10, 10))), r"claim more than",
        ),
        "a packed dataset": (
            lambda: _h5(lambda file: file.create_dataset("w", data=np.zeros(10**6), compression="gzip")), r"compressed",
        ),
        "a text without an end": (_endless, r"HDF5 structure has no end"),
        "groups in a circle": (lambda: _h5(_loop), r"No recurrent layer was found"),
        "groups 200 deep": (lambda: _h5(_deep_groups), r"nested more than 64 deep"),
        "HDF5 cut in half": (lambda: _h5(lambda file: file.create_dataset("w", data=np.ones(99)))[:700], r"HDF5"),
        "a config of nonsense": (lambda: keras_archive(_h5(lambda _: None), "{nonsense"), r"configuration is no JSON"),
        "a config that is no text": (
            lambda: _h5(lambda file: file.attrs.__setitem__("model_config", np.ones(9))), r"'model_config' is no text",
        ),
    }  # fmt: skip
    graphs = {
        "a tensor in another file": (lambda: _onnx_tensor(_outside), r"lies in another file, which is never opened"),
        "a tensor of another shape": (
            lambda: _onnx_tensor(lambda tensor: tensor.dims.__setitem__(2, 10**12)), r"1000000000000, but holds 24",
        ),
        "a million empty nodes": (lambda: b"\x08\x07\x3a\x80\x89\x7a" + b"\x0a\x00" * 10**6, r"200,000 parts"),
        "a field beyond the end": (lambda: _onnx()[:-40], r"longer than the file"),
        "a number without end": (lambda: b"\x08\x07\x3a" + b"\xff" * 20, r"a number has no end"),
        "peepholes": (_peepholes, r"peephole weights"),
        "weights left out": (
            lambda: onnx_file(onnx_node("lstm", [weights_of(nn.LSTM(2, 3))], "n")[0], []), r"'nW'.*no constant",
        ),
    }  # fmt: skip
    others = {
        "nothing": (lambda: b"", r"is empty"),
        "gzip in gzip": (lambda: gzip.compress(gzip.compress(bytes(10**6))), r"packed with gzip twice"),
        "a gzip of zeros": (_gzip_bomb, r"unpacks to more than 100 MB"),
        "a gzip of nothing known": (lambda: gzip.compress(b"Dear all, find attached"), r"no format that can be opened"),
        "a gzip cut in half": (lambda: gzip.compress(saved(_state()))[:900], r"gzip has no end"),
        "a gzip of noise": (lambda: b"\x1f\x8b" + bytes(99), r"gzip cannot be unpacked"),
        "a tar that claims a terabyte": (lambda: _tar({"a": b""}, claimed=2**33 - 1), r"claims more than the file has"),
        "a tar of 30,000 files": (lambda: _tar({f"{number}": b"" for number in range(30_000)}), r"30,001|20,001 files"),
        "a tar with a name twice": (lambda: _tar({"a": b"x"})[:1024] + _tar({"a": b"x"}), r"'a' comes twice"),
        "a tar of texts": (lambda: _tar({"readme.md": b"Dear all" * 9}), r"holds no weights"),
        "a zip in a zip": (lambda: _zip({"inner.zip": _zip({"a.pt": saved(_state())})}), r"'inner\.zip'.*no weights"),
        "fifty long pickles": (
            lambda: _zip({f"{number}.pkl": b"\x80\x02]" + b"K\x01a" * 400_000 + b"." for number in range(50)}, True),
            r"longer than 1,500,000 steps",
        ),
        "a program in an archive": (
            lambda: _zip({"a.pkl": pickle.dumps(_Calls(os.system, shell))}),
            r"archive holds no weights",
        ),
        "a web page": (lambda: b"<!DOCTYPE html><html>", r"is a web page"),
        "a note of Git LFS": (lambda: b"version https://git-lfs.github.com/spec/v1\noid", r"git lfs pull"),
        "a tar of old": (
            lambda: _tar({"storages": b"", "tensors": b"", "pickle": b""}),
            r"PyTorch before 0\.1\.10",
        ),
        "noise": (lambda: np.random.default_rng(1).bytes(1000), r"no format that can be opened"),
        "a text": (lambda: b"Dear all, find attached", r"no format that can be opened"),
    }
    networks = {
        "five times its units": (lambda: _changed(weight_hh_l0=torch.ones(15, 3)), r"weight_hh has the shape 15 × 3"),
        "an input of other rows": (lambda: _changed(weight_ih_l0=torch.ones(9, 2)), r"weight_ih has the shape 9 × 2"),
        "a bias of other rows": (lambda: _changed(bias_ih_l0=torch.ones(9)), r"bias_ih has the shape 9"),
        "three axes": (lambda: _changed(weight_hh_l0=torch.ones(12, 3, 1)), r"12 × 3 × 1, which no recurrent"),
        "no units": (lambda: _changed(weight_hh_l0=torch.ones(0, 0)), r"weight_hh has the shape 0 × 0"),
        "whole numbers": (lambda: _changed(weight_hh_l0=torch.ones(12, 3).int()), r"holds int32 instead"),
        "no input": (lambda: saved({"a.weight_hh_l0": torch.ones(12, 3)}), r"of 'a' lacks weight_ih"),
        "a layer missing": (
            lambda: saved(_state() | {f"{role}_l2": value for role, value in
                                      ((name[:-3], value) for name, value in _state().items())}),
            r"numbered 0, 2: one is missing",
        ),
        "layers that do not chain": (
            lambda: saved(_state() | {name.replace("_l0", "_l1"): value for name, value in _state().items()}),
            r"Layer 1 reads 2 numbers a step, but 3 reach it",
        ),
        "only in reverse": (
            lambda: saved({f"{name}_reverse": value for name, value in _state().items()}), r"Only the reverse",
        ),
        "projected GRU": (
            lambda: saved({"weight_ih_l0": torch.ones(9, 2), "weight_hh_l0": torch.ones(9, 2),
                           "weight_hr_l0": torch.ones(2, 3)}), r"only an LSTM does",
        ),
        "safetensors of a convolution": (lambda: as_safetensors({"conv.weight": torch.ones(3, 3)}), r"such as"),
    }  # fmt: skip
    every: dict[str, Hostile] = {}
    for family in (reduced, described, nested, archives, tensors, arrays, hdf5, graphs, others, networks):
        every |= {name: Hostile(make, said) for name, (make, said) in family.items()}
    return every
