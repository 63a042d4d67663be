"""Regular expressions over a text, in a process of their own that is ended when it takes too long."""

import re
import subprocess
import sys

import numpy as np

from explorer.arguments import checked
from explorer.concepts.steps import Mask
from explorer.errors import EncodingError

LONGEST = 1_000
PATIENCE = 1.6
"""Seconds that one expression may take."""
_SEARCH = """
import re, sys
from array import array
size = int(sys.stdin.buffer.readline())
expression = re.compile(sys.stdin.buffer.read(size).decode("utf-8", "surrogatepass"), re.MULTILINE)
text = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
found = array("q")
for match in expression.finditer(text):
    found.extend(match.span())
sys.stdout.buffer.write(found.tobytes())
"""


@checked
def check_expression(expression: str) -> None:
    """Refuse, in a sentence, what is no regular expression.

    Raises:
        EncodingError: it is empty, longer than 1,000 characters, or Python's ``re`` cannot read it.
    """
    if not expression:
        raise EncodingError("The expression is empty: write what to look for, as in “def |class ”.")
    if len(expression) > LONGEST:
        raise EncodingError(f"The expression has {len(expression):,} characters: give at most {LONGEST:,}.")
    try:
        re.compile(expression, re.MULTILINE)
    except (re.error, RecursionError, OverflowError) as reason:
        where = f" at character {reason.pos + 1}" if isinstance(reason, re.error) and reason.pos is not None else ""
        what = reason.msg if isinstance(reason, re.error) else str(reason)
        raise EncodingError(
            f"This is no regular expression: {what}{where}. A sign that is meant as itself takes a \\ before it."
        ) from None


@checked
def matched(expression: str, text: str, patience: float = PATIENCE) -> Mask:
    """The characters that matches of a regular expression cover, as Python's ``re`` finds them.

    ``^`` and ``$`` are the ends of lines. Some expressions try exponentially many ways, so the search runs in a
    process of its own.

    Args:
        expression: in the syntax of Python's ``re``.
        text: what is searched.
        patience: seconds after which the search is given up.

    Returns:
        (characters,) bool; a match of no length covers none.

    Raises:
        EncodingError: it is no expression, or takes too long.
    """
    check_expression(expression)
    asked = expression.encode("utf-8", "surrogatepass")
    message = b"%d\n%b%b" % (len(asked), asked, text.encode("utf-8", "surrogatepass"))
    try:
        answer = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _SEARCH],
            input=message,
            capture_output=True,
            timeout=patience,
            check=True,
        ).stdout
    except subprocess.TimeoutExpired:
        raise EncodingError(
            f"The expression was given up after {patience:g} seconds on {len(text):,} characters: repeats within "
            "repeats, as in (a+)+, try exponentially many ways. Write it with one repeat."
        ) from None
    except (OSError, subprocess.CalledProcessError) as reason:
        raise EncodingError(
            f"The expression could not be searched for here ({type(reason).__name__}): try a simpler one."
        ) from None
    spans = np.frombuffer(answer, dtype=np.int64).reshape(-1, 2)
    turns = np.zeros(len(text) + 1, dtype=np.int8)
    np.add.at(turns, spans[:, 0], 1)
    np.subtract.at(turns, spans[:, 1], 1)
    return np.asarray(np.cumsum(turns[:-1], dtype=np.int64) > 0)
