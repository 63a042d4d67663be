"""Names of single gates' weights → what they are: ``W_hf`` is the forget gate's matrix for the hidden state."""

import re
from functools import cache
from typing import NamedTuple

from explorer.models.checkpoints.blocks import gate_words


class Part(NamedTuple):
    """A tensor of one gate.

    Attributes:
        name: the tensor's name.
        prefix: what stands before it, without the mark between.
        mark: the mark between, ``"."``, ``"/"``, ``"_"`` or "".
        what: ``"weight"`` or ``"bias"``.
        reads: ``"x"``, ``"h"``, or for a letter that says it by custom only ``"w"``, ``"u"``, or ``""``.
        gate: the gate as it is spelt, a letter or a word; "" for the one of an RNN.
        module: ``""``, or how a layer of its own stores it: ``"weight"`` (rows, columns), ``"kernel"`` (columns, rows).
        spelling: which way of writing it is; a cell is written in one.
    """

    name: str
    prefix: str
    mark: str
    what: str
    reads: str
    gate: str
    module: str
    spelling: str


_LETTER = r"(?:(?P<glued>.+)_)?(?P<letter>weights?|w|u|r|bias|b)"
_SPELLINGS = {
    "reads first": rf"^{_LETTER}_?(?P<reads>[xih])_?GATE_?$",
    "gate first": rf"^{_LETTER}_?GATE_?(?P<reads>[xh])$",
    "letters": rf"^{_LETTER}_?GATE(?:_?gate)?$",
    "layers": r"^(?P<reads>[xih])(?:_?(?:2|to)_?|_)?GATE_?$",
    "words": r"^WORD(?:_?(?:gate|layer|linear))?$",
    "no gates": r"^(?:(?P<glued>.+)_)?(?:(?P<letter>w|bias|b)_?(?P<reads>[xh])|(?P<only>bias|b))$",
    "no gates, layers": r"^(?-i:(?P<reads>[ih]))$",
    "words, then reads": r"^WORD(?:_?gate)?_(?P<reads>[xih]|ih|hh|[wu])$",
}
"""Each way of writing; GATE stands for a gate's letter or word, WORD for its word alone."""
_OF_LAYERS = ("layers", "words", "words, then reads", "no gates, layers")
_LEAF = re.compile(r"^(?P<rest>.+)[./](?P<leaf>weight|kernel|bias)(?::0)?$")
_OWN = re.compile(r"^(?:(?P<prefix>.*)(?P<mark>[./]))?(?P<own>[^./]+)$", re.DOTALL)
_LONGEST = 40
_READS = {"i": "x", "x": "x", "h": "h", "ih": "x", "hh": "h", "w": "w", "u": "u", "r": "u", "": ""}


def parts_of(name: str) -> list[Part]:
    """What a tensor's name may say of a gate: one reading a spelling.

    Example:
        >>> [(part.spelling, part.reads, part.gate) for part in parts_of("lstm.W_hf")]
        [('reads first', 'h', 'f')]
    """
    leaf = _LEAF.match(name)
    own = _OWN.match(leaf["rest"] if leaf else name)
    if own is None or len(own["own"]) > _LONGEST:
        return []
    found = []
    for spelling, pattern in _patterns(gate_words()).items():
        match = pattern.match(own["own"])
        if match is not None and (leaf or spelling not in _OF_LAYERS):
            found.append(_part(name, own, leaf["leaf"] if leaf else "", spelling, match.groupdict()))
    return [one for one in found if one is not None]


@cache
def _patterns(words: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    """The ways of writing gates of these names."""
    gate, word = ("|".join(map(re.escape, some)) for some in (words, [one for one in words if len(one) > 1]))
    filled = {"GATE": f"(?P<gate>{gate})", "WORD": f"(?P<gate>{word})"}
    return {
        spelling: re.compile(re.sub("GATE|WORD", lambda found: filled[found[0]], pattern), re.IGNORECASE)
        for spelling, pattern in _SPELLINGS.items()
    }


def _part(name: str, own: re.Match[str], leaf: str, spelling: str, said: dict[str, str | None]) -> Part | None:
    letter = (said.get("letter") or said.get("only") or "").lower()
    is_bias = letter.startswith("b")
    if is_bias and leaf:
        return None
    what = "bias" if is_bias or leaf == "bias" else "weight"
    reads = said.get("reads") or (letter if letter in ("w", "u", "r") and not is_bias else "")
    prefix, mark = own["prefix"] or "", own["mark"] or ""
    if said.get("glued"):
        prefix, mark = f"{prefix}{mark}{said['glued']}", "_"
    gate = (said.get("gate") or "").lower()
    module = "kernel" if leaf == "kernel" else "weight" if leaf else ""
    return Part(name, prefix, mark, what, _READS[reads.lower()], gate, module, spelling)
