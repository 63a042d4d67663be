"""Record a checkpoint's gates without the pages.

python -m explorer model.pt                                         what is in it
python -m explorer model.pt --csv data.csv --out trace.parquet      its gates on your data
python -m explorer brackets-lstm --text "f(x[0])" --out trace.npz   a bundled model on a line of text
python -m explorer scan --help                                      which unit knows something, over a corpus
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from explorer.errors import EncodingError, ExplorerError
from explorer.models import Model, inspect_checkpoint, list_models, load_model, open_group, single_threaded
from explorer.models.checkpoints import Checkpoint, Group
from explorer.models.files import read_array
from explorer.models.model.claims import claim, left_out
from explorer.scanning.command import scan_command
from explorer.sequences import MAX_RECORDED_VALUES, MAX_STEPS, encode_table, legible, read_table
from explorer.trace import Chunks, Trace, record, record_chunks
from explorer.trace.tables import ENDINGS, write

_BAR = 30


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 where all went well, 2 with one sentence on the terminal where not."""
    given = sys.argv[1:] if arguments is None else arguments
    single_threaded()
    try:
        if given[:1] == ["scan"]:
            scan_command(given[1:], _open)
            return 0
        asked = _parser().parse_args(given)
        if asked.text is None and asked.csv is None and asked.npy is None:
            _describe(asked)
        else:
            _record(asked)
    except ExplorerError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130
    return 0


def _describe(asked: argparse.Namespace) -> None:
    """Print what a file holds, or what a bundled model is."""
    if asked.out is not None:
        raise EncodingError("There is nothing to record: give --text, --csv or --npy.")
    if _is_bundled(asked.model):
        print(load_model(asked.model).summary)
        return
    checkpoint = inspect_checkpoint(asked.model)
    if not checkpoint.groups:
        checkpoint.find(None)
    print(f"{checkpoint.format}, {len(checkpoint.tensors)} tensors")
    for group in checkpoint.groups:
        print(f"--group {group.name!r}: {group.title}")
        for note in (*group.notes, *_beside(group)):
            print(f"    {note}")
    known = [group.name for group in checkpoint.groups]
    for stack in (one for one in checkpoint.stacks if one.name not in known):
        print(f"--group {stack.name!r}: {stack.title}, {' and '.join(stack.parts)} read as one stack: your choice")


def _beside(group: Group) -> list[str]:
    """What a file holds beside a network's weights, a line each."""
    lists = {"not used": group.unused, "between": group.between, "after": group.after, "starts from": group.initial}
    return [f"{what}: {', '.join(map(legible, names))}" for what, names in lists.items() if names]


def _record(asked: argparse.Namespace) -> None:
    if asked.out is None or asked.out.suffix not in ENDINGS:
        raise EncodingError(f"Where to? Give --out FILE with the ending {', '.join(ENDINGS)}.")
    model = _open(asked)
    run = _run(model, _sequence(asked, model))
    write(run, asked.out)
    print(f"{model.summary}\n{len(run):,} steps, {claim(model, run.max_error)}, in {asked.out.name}.")


def _open(asked: argparse.Namespace) -> Model:
    if _is_bundled(asked.model):
        return load_model(asked.model)
    checkpoint: Checkpoint = inspect_checkpoint(asked.model)
    model = open_group(
        checkpoint,
        checkpoint.find(asked.group),
        nonlinearity=asked.nonlinearity,
        reset_after=False if asked.reset_before else None,
        hard_sigmoid=asked.hard_sigmoid,
    )
    for note in dict.fromkeys((left_out(model), *model.card["notes"])):
        if note:
            print(note, file=sys.stderr)
    return model


def _is_bundled(name: str) -> bool:
    return name in list_models() and not Path(name).exists()


def _sequence(asked: argparse.Namespace, model: Model) -> Any:
    if asked.text is not None:
        return asked.text
    data = _read(asked.npy or asked.csv)
    if asked.npy is not None:
        values = read_array(data, asked.npy.name)
        return values[0] if values.ndim == 3 and len(values) == 1 else values
    table = read_table(data, asked.csv.name)
    columns = list(table.numeric_columns) if asked.columns is None else asked.columns.split(",")
    if len(columns) != model.input_size:
        there = ", ".join(table.numeric_columns)
        raise EncodingError(
            f"{len(columns)} columns came ({', '.join(columns)}) and {model.name} reads {model.input_size}: "
            f"name them with --columns, out of {there}."
        )
    encoded = encode_table(table, columns, "interpolate" if asked.interpolate else "refuse")
    for note in (*table.notes, *encoded.notes):
        print(note, file=sys.stderr)
    return encoded


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as reason:
        raise EncodingError(f"'{path.name}' cannot be read ({reason.strerror}): check the path.") from None


def _run(model: Model, x: Any) -> Trace | Chunks:
    """Record in one piece where a trace can hold it, else in chunks with a bar on the terminal."""
    steps = len(x) if isinstance(x, str) else len(np.asarray(getattr(x, "values", x)))
    if steps <= MAX_STEPS and steps * model.values_per_step <= MAX_RECORDED_VALUES:
        return record(model, x)
    run = record_chunks(model, x, progress=_show)
    print(file=sys.stderr)
    return run


def _show(share: float) -> None:
    done = round(_BAR * share)
    print(f"\r[{'#' * done}{'.' * (_BAR - done)}] {share:4.0%}", end="", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m explorer", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "model", help="a checkpoint (PyTorch, safetensors, NumPy, Keras, ONNX), or a bundled model's name"
    )
    data = parser.add_mutually_exclusive_group()
    data.add_argument("--text", help="read by the model's vocabulary")
    data.add_argument("--csv", type=Path, help="a table with a numeric column for each input")
    data.add_argument("--npy", type=Path, help="an array (time, inputs), or token ids (time,), up to 1,000,000 steps")
    parser.add_argument("--out", type=Path, help="where the trace goes: FILE.npz, FILE.csv or FILE.parquet")
    parser.add_argument("--group", help="which network, where the file holds several")
    parser.add_argument("--columns", help="the CSV's columns in the model's order, separated by commas")
    parser.add_argument("--interpolate", action="store_true", help="fill the CSV's missing values")
    parser.add_argument("--nonlinearity", choices=["tanh", "relu"], help="of an RNN whose file does not say it")
    parser.add_argument("--reset-before", action="store_true", help="of a Keras GRU whose file does not show it")
    parser.add_argument("--hard-sigmoid", type=float, metavar="SLOPE", help="of gates whose squash the file omits")
    return parser


if __name__ == "__main__":
    sys.exit(main())
