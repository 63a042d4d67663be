"""Which character comes next, in Python source?"""

import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from random import Random
from zlib import crc32

from explorer.errors import EncodingError
from explorer.training.concepts import best_units, in_comment, in_long_string, in_quotes
from explorer.training.learner import Learner
from explorer.training.task import Course, Predict, Scores
from explorer.training.tasks.characters import Characters, columns

LEFT_OUT = {
    "test",
    "tests",
    "idlelib",
    "lib2to3",
    "encodings",
    "site-packages",
    "turtledemo",
    "ensurepip",
    "pydoc_data",
}
PARTS = {0: "held out", 1: "validation"}
PROBED = 120_000
PACKAGES = {
    "numpy": "BSD-3-Clause",
    "pandas": "BSD-3-Clause",
    "torch": "BSD-3-Clause",
    "h5py": "BSD-3-Clause",
    "starlette": "BSD-3-Clause",
    "streamlit": "Apache-2.0",
    "pyarrow": "Apache-2.0",
    "plotly": "MIT",
}
"""Packages that are trained on beside the library, each with its licence: those that the app itself requires."""
GENERATED = {"_vendor", "vendor", "proto", "validators", "graph_objs", "__pycache__"}
MOST_OF_ONE = 1_500_000
MOST_OUTSIDE = 400_000
OUTSIDE = ("jinja2", "networkx", "sympy", "tornado")
"""Packages never trained on that come with those the app requires: what strangers' code is judged by."""


class PythonCharacters(Characters):
    """The standard library of the Python that runs, and what the app requires, tests and all.

    About one file of the library in twenty is held out, chosen by its name.
    """

    name = "python-chars"
    title = "Python source"
    learned = (
        "This network learned to say the next character of Python source; among its units are some that know "
        "whether they are inside quotes or a comment, though nobody told them. Let it write on from a line of yours."
    )
    source = (
        "the standard library's sources as every Python brings them (PSF licence), and up to 1.5 million characters of "
        "each of numpy, pandas, torch, h5py, starlette (BSD), streamlit, pyarrow (Apache 2.0) and plotly (MIT)"
    )
    examples = (
        {
            "title": "A function",
            "kind": "code",
            "text": 'def greet(who="you"):\n    # say it twice\n    for _ in range(2):\n        print("Hi, " + who)\n',
        },
        {"title": "Quotes", "kind": "code", "text": "raise ValueError('the name \"%s\" is not known' % name)\n"},
        {"title": "Not Python", "kind": "prose", "text": "It was the best of times, it was the worst of times."},
        {"title": "A formula", "kind": "mathematics", "text": "y = (a * x**2 + b * x + c) / (2 * a)\n"},
    )
    course = Course(steps=7500, rate=4e-3, half=True)

    def read(self, part: str) -> str:
        """All files of one part in an order that has nothing to do with their names; the packages' to train on."""
        texts = self.texts(part)
        if part == "training":
            texts += [text for package in PACKAGES for text in some_of(package)]
            Random(part).shuffle(texts)
        return "\n".join(texts)

    def texts(self, part: str) -> list[str]:
        """The library's files of one part that are plain ASCII, shuffled by a seed."""
        return list(_shuffled(library(part), part))

    def evaluate(self, predict: Predict) -> Scores:
        """As for every text, on the library's held-out files; and nats on packages that were never trained on."""
        outside = [self._on_package(predict, package) for package in OUTSIDE]
        return super().evaluate(predict) | {"nats, other packages": sum(outside) / len(outside)}

    def _on_package(self, predict: Predict, package: str) -> float:
        batch = columns(self.ids_of("\n".join(some_of(package, MOST_OUTSIDE))), 20, 1000)
        return float(self.loss(predict(batch.inputs).double(), batch))

    def inside(self, learner: Learner) -> Scores:
        """How well one unit alone tells strings on one line, and comments, from the rest of held-out files.

        The unit is found in files of the part that chose the weights. Strings over several lines are left out:
        most are docstrings, prose like a comment's, and far longer than the windows trained on.
        """
        concepts = {"inside quotes": in_quotes, "in a comment": in_comment}
        chosen_on, judged_on = (self._probed(part) for part in ("validation", "held out"))
        return best_units(learner, self.vocabulary, chosen_on, judged_on, concepts, in_long_string)

    def _probed(self, part: str) -> list[str]:
        """Whole files of ordinary length, about 120,000 characters of them."""
        texts = [text for text in self.texts(part) if 2_000 < len(text) < 60_000]
        ends = accumulate(len(text) for text in texts)
        return [text for text, end in zip(texts, ends, strict=True) if end <= PROBED]


@cache
def library(part: str) -> tuple[Path, ...]:
    """The library's files that belong to one part.

    Raises:
        EncodingError: this Python came without its library's sources.
    """
    root = Path(sysconfig.get_paths()["stdlib"])
    files = [file for file in sorted(root.rglob("*.py")) if not LEFT_OUT & set(file.relative_to(root).parts[:-1])]
    picked = [file for file in files if part == PARTS.get(_draw(file.relative_to(root)), "training")]
    if not picked:
        raise EncodingError(f"This Python has no library sources in {root}: take one that has.")
    return tuple(picked)


def some_of(package: str, most: int = MOST_OF_ONE) -> list[str]:
    """Files of an installed package that are plain ASCII and written by hand, shuffled, up to so many characters.

    Raises:
        EncodingError: there is no such package.
    """
    found = find_spec(package)
    if found is None or found.origin is None:
        raise EncodingError(f"{package} is not installed: install what requirements.txt names.")
    root = Path(found.origin).parent
    files = [file for file in sorted(root.rglob("*.py")) if not GENERATED & set(file.relative_to(root).parts)]
    texts: list[str] = []
    for text in _shuffled(files, package):
        most -= len(text)
        if most < 0:
            break
        texts.append(text)
    return texts


def _shuffled(files: Iterable[Path], seed: str) -> Iterator[str]:
    """The files that are plain ASCII, each read when its turn comes."""
    order = list(files)
    Random(seed).shuffle(order)
    texts = (file.read_text("utf-8", errors="replace") for file in order)
    return (text for text in texts if text.isascii())


def _draw(path: Path) -> int:
    return crc32(path.as_posix().encode()) % 20
