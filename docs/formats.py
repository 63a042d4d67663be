"""Write docs/formats.md: what opens, what is refused and why, what is assumed; every row is opened to write it.

python -m docs.formats
"""

from itertools import groupby
from pathlib import Path

from explorer import ExplorerError
from explorer.models import single_threaded
from explorer.models.checkpoints.fitting_weights import MAX_WEIGHTS
from explorer.models.files import MAX_FILE_BYTES
from explorer.models.files.limits import MAX_PICKLE_BYTES
from explorer.models.files.members import MAX_UNPACKED_BYTES
from explorer.models.model.claims import incomparable
from explorer.sequences import limits
from tests.forms.form import Form, Reading, outcome
from tests.forms.table import FORMS

FILE = Path(__file__).parent / "formats.md"
_HEAD = f"""# What opens

Written by `python -m docs.formats` from the table of tests (`tests/forms`): each row below was made, opened and
compared with numbers from an independent calculation (PyTorch, Keras, ONNX's own evaluator, or a loop), and the
sentences are the app's own.

## What can be dropped

| | what it may be |
|---|---|
| weights of PyTorch | state_dicts, checkpoints of a training, whole modules, TorchScript; zip or older |
| pickles | of tensors or of NumPy arrays, with anything beside them |
| safetensors, NumPy | `.safetensors`, `.npz` |
| Keras | `.keras`, `.h5` with or without a configuration, `.weights.h5`; Keras 1 to 3 |
| ONNX | with its weights inside or in a second file |
| archives | a zip or tar of such files, gzip; one level deep |
| tables, arrays, statistics | `.csv` and its relatives, `.npy`, `.npz`; mean and spread as JSON, CSV or `.npz` |
| vocabularies | lists, dictionaries, Keras tokenizers, `vocab.txt`, `tokenizer.json`, pickled objects |

Files may be dropped together: weights, vocabulary, statistics and the second file of an ONNX model are told by their
content. The bytes say what a file is, never its ending. In Python: `explorer.load_checkpoint`, and
`explorer.from_torch` for a module in memory.

## What never happens

Nothing in a file is run: pickles are read by a machine that looks nothing up and calls nothing, modules are walked as
data, ONNX and Keras graphs are followed and not executed. No file outside an ONNX model's own folder is opened. Nothing
is joined across a layer that is not shown, and no tensor beside a cell is passed over without a word.

## How much

| | the most |
|---|---|
| a file of weights, or all files dropped together | {MAX_FILE_BYTES // 1_000_000} MB |
| the objects of a pickle, without its tensors | {MAX_PICKLE_BYTES // 1_000_000} MB |
| what one gzip unpacks to | {MAX_UNPACKED_BYTES // 1_000_000} MB |
| weights of one network | {MAX_WEIGHTS:,} |
| a file of data | {limits.MAX_FILE_BYTES // 1_000_000} MB |
| steps of a sequence | {limits.MAX_STEPS:,}, in chunks {limits.MAX_LONG_STEPS:,} |
| numbers of a table | {limits.MAX_TABLE_CELLS:,} |"""


def main() -> None:
    """Open every row and write the file."""
    single_threaded()
    FILE.write_text(text(), encoding="utf-8")


def text() -> str:
    """The whole page as Markdown."""
    sections = [_section(part, list(forms)) for part, forms in groupby(FORMS, lambda form: form.part)]
    return "\n\n".join([_HEAD, _counted(), *sections]) + "\n"


def _counted() -> str:
    found = [_happens(outcome(form)) for form in FORMS]
    opens, warned, refused = (found.count(one) for one in ("opens", "opens with a warning", "refused"))
    return f"Of the {len(found)} rows below {opens} open, {warned} open with a warning and {refused} are refused."


def _section(part: str, forms: list[Form]) -> str:
    rows = [f"| {_cell(form.title)} | {_happens(outcome(form))} | {_cell(_said(outcome(form)))} |" for form in forms]
    return "\n".join([f"## {part}", "", "| what came | what happens | what is said |", "|---|---|---|", *rows])


def _happens(found: Reading | ExplorerError) -> str:
    if isinstance(found, ExplorerError):
        return "refused"
    unsure = found.model is not None and (found.model.unused or found.model.card.get("doubts"))
    return "opens with a warning" if unsure else "opens"


def _said(found: Reading | ExplorerError) -> str:
    """What was said, and what was found around the network."""
    if isinstance(found, ExplorerError):
        return str(found)
    around = {"Networks": found.networks if len(found.networks) > 1 else (), "Offered as one stack": found.offers,
              "Before it": found.between, "Behind it": found.after, "Guessed": found.guessed,
              "Attached": tuple(filter(None, (found.embedding, found.head)))}  # fmt: skip
    said = [*dict.fromkeys(found.notes), *(f"{what}: {', '.join(names)}." for what, names in around.items() if names)]
    if found.model is not None and found.model.mask is not None:
        said.append(f"Steps of token {found.model.mask} hold the state.")
    if found.model is not None and not found.proved:
        said.append(f"Nothing of PyTorch's to compare with: {incomparable(found.model)}.")
    return " ".join(said)


def _cell(words: str) -> str:
    """Text as it stands in a table of Markdown."""
    for mark, safe in (("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("*", "\\*"), ("_", "\\_"), ("\n", " ")):
        words = words.replace(mark, safe)
    return words


if __name__ == "__main__":
    main()
