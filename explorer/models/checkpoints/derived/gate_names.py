"""Names of single gates' weights → what they are: ``W_hf`` is the forget gate's matrix for the hidden state."""

import re
from typing import NamedTuple


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


_GATE = r"(?P<gate>input|forget|cell|candidate|cand|output|reset|update|new|[ifgcorzunh])"
_WORD = r"(?P<gate>input|forget|cell|candidate|cand|output|reset|update|new)"
_LETTER = r"(?:(?P<glued>.+)_)?(?P<letter>weights?|w|u|r|bias|b)"
_SPELLINGS = {
    "reads first": re.compile(rf"^{_LETTER}_?(?P<reads>[xih])_?{_GATE}_?$", re.IGNORECASE),
    "gate first": re.compile(rf"^{_LETTER}_?{_GATE}_?(?P<reads>[xh])$", re.IGNORECASE),
    "letters": re.compile(rf"^{_LETTER}_?{_GATE}(?:_?gate)?$", re.IGNORECASE),
    "layers": re.compile(rf"^(?P<reads>[xih])(?:_?(?:2|to)_?|_)?{_GATE}_?$", re.IGNORECASE),
    "words": re.compile(rf"^{_WORD}(?:_?(?:gate|layer|linear))?$", re.IGNORECASE),
    "no gates": re.compile(
        r"^(?:(?P<glued>.+)_)?(?:(?P<letter>w|bias|b)_?(?P<reads>[xh])|(?P<only>bias|b))$", re.IGNORECASE
    ),
    "no gates, layers": re.compile(r"^(?P<reads>[ih])$"),
    "words, then reads": re.compile(rf"^{_WORD}(?:_?gate)?_(?P<reads>[xih]|ih|hh|[wu])$", re.IGNORECASE),
}
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
    for spelling, pattern in _SPELLINGS.items():
        match = pattern.match(own["own"])
        if match is not None and (leaf or spelling not in _OF_LAYERS):
            found.append(_part(name, own, leaf["leaf"] if leaf else "", spelling, match.groupdict()))
    return [one for one in found if one is not None]


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
