"""What the user asked to see, as one frozen value that a link can carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from explorer.archives import pack, unpack
from explorer.cells import CELLS

MAX_LINK = 6_000
"""A text that needs more compressed characters than this is left out of the link."""
UPLOADED = "uploaded"
"""The first of the models whose weights are in no link; those after it are called ``"uploaded2"``, and so on."""
MOST_UPLOADED = 8
_PLAIN = 240
_MAX_TEXT = 400_000


def is_upload(model: str) -> bool:
    """Whether this is the name of an uploaded model, of this session or of one that is gone."""
    number = model.removeprefix(UPLOADED)
    return model.startswith(UPLOADED) and number in ("", *map(str, range(2, MOST_UPLOADED + 1)))


def one_of(*choices: str) -> Any:
    """A field whose value is one of a few words, the first by default."""
    return field(default=choices[0], metadata={"choices": choices})


def cell_with(part: str = "kind") -> Any:
    """A field that names a cell which declares ``part``, the first by default."""
    return field(default=_kinds(part)[0], metadata={"declares": part})


def _kinds(part: str) -> tuple[str, ...]:
    return tuple(kind for kind, cell in CELLS.items() if getattr(cell, part) is not None)


def choices(one: Any) -> tuple[str, ...] | None:
    """The words that a field of `Request` may hold; None where it takes any."""
    known: tuple[str, ...] | None = one.metadata.get("choices")
    return _kinds(one.metadata["declares"]) if "declares" in one.metadata else known


def between(default: int, low: int, high: int) -> Any:
    """A whole number within bounds."""
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class Request:
    """Every choice that makes the view.

    Steps and units count from 0, as in Python; −1 lets the page choose. The defaults are the landing view.
    """

    model: str = "brackets-lstm"
    source: str = one_of("example", "typed", "generator", "upload")
    example: int = between(0, 0, 99)
    text: str = ""
    generator: str = "sine"
    length: int = between(120, 1, 100_000)
    settings: str = ""
    scaling: str = one_of("none", "z-score", "min-max", "typed")
    offset: str = "0"
    scale: str = "1"
    fixes: str = ""
    kind: str = cell_with()
    hidden: int = between(16, 1, 512)
    layers: int = between(1, 1, 6)
    both: bool = False
    bias: bool = True
    proj: int = between(0, 0, 511)
    squash: str = one_of("tanh", "relu")
    reset: str = one_of("after", "before")
    options: str = ""
    seed: int = between(0, 0, 999_999)
    start: str = one_of("trained", "zeros", "random", "typed")
    h_0: str = ""
    c_0: str = ""
    dropout: int = between(0, 0, 90)
    batch_first: bool = False
    view: str = one_of("signals", "layers")
    signal: str = ""
    panels: str = ""
    layer: int = between(0, 0, 63)
    direction: str = one_of("forward", "reverse")
    units: int = between(-1, -1, 4096)
    order: str = one_of("movement", "spread", "openness", "index", "constant")
    similar: bool = True
    step: int = between(-1, -1, 1_000_000)
    unit: int = between(-1, -1, 4096)
    first: int = between(-1, -1, 1_000_000)
    last: int = between(-1, -1, 1_000_000)
    top: int = between(-1, -1, 4096)
    bottom: int = between(-1, -1, 4096)
    presenter: bool = False
    gate: str = ""
    notation: str = one_of("torch", "joined")
    update: str = one_of("keep", "renew")
    hide: str = ""
    window: int = between(0, 0, 1_000_000)
    about: str = one_of("shapes", "code", "card", "upload")

    memory: str = one_of("wrote", "long", "say", "forgot")
    past: str = one_of("sequence", "tokens", "lab", "myth")
    outcome: str = one_of("state", "answer", "loss")
    lab: str = one_of("bias", "chrono")
    cell: str = cell_with("keep_gate")
    bias_tenths: int = between(10, 0, 60)
    longest: int = between(100, 3, 1_000)
    every: int = between(10, 1, 100_000)

    compare: str = one_of("difference", "both", "answers", "facts", "sweep", "groups")
    against: str = one_of("held", "model", "sequence")
    holds: str = ""
    rival: str = ""
    other: str = ""
    knock: str = one_of("units", "gates")
    knocked: str = "hidden"
    held_at: str = one_of("zero", "one", "average")
    effect: str = one_of("answer", "loss", "class")
    wanted: int = between(-1, -1, 100_000)
    lines: str = ""
    align: str = ""
    occurrence: int = between(1, -1, 99)

    train: str = ""


_CURSOR = ("step", "unit", "first", "last", "top", "bottom", "presenter", "gate")
"""What undo passes over."""


def to_link(request: Request) -> dict[str, str]:
    """The request as query parameters, defaults left out, a long text compressed as ``z``."""
    link = {
        one.name: _spell(getattr(request, one.name))
        for one in fields(Request)
        if getattr(request, one.name) != one.default and one.name != "text"
    }
    if request.source != "typed":
        return link
    return link | _pack(request.text)


def from_link(link: Mapping[str, str]) -> Request:
    """Read query parameters; whatever makes no sense there keeps its default."""
    read = {one.name: _read(one, link[one.name]) for one in fields(Request) if one.name in link}
    if "z" in link:
        read["text"] = unpack(link["z"], _MAX_TEXT)
    known = {name: value for name, value in read.items() if value is not None}
    if "text" in known and "source" not in known:
        known["source"] = "typed"
    return Request(**known)


def fits_link(request: Request) -> bool:
    """Whether the link can carry what the request is about."""
    return request.source != "upload" and _is_short(request)


def _is_short(request: Request) -> bool:
    return (
        len(_pack(request.text).get("z", "")) <= MAX_LINK and len(request.text.encode("utf-8", "replace")) <= _MAX_TEXT
    )


def addressed(request: Request) -> Request:
    """The request as this browser's own address carries it: a reload then says that an upload is gone."""
    return request if request.source == "upload" or _is_short(request) else shareable(request)


def shareable(request: Request) -> Request:
    """The request as a link for others carries it: with an example where the sequence does not fit or is private."""
    if is_upload(request.rival):
        request = replace(request, rival="")
    if is_upload(request.model):
        request = replace(request, model=Request().model, layer=0, direction="forward", signal="", unit=-1)
    return request if fits_link(request) else replace(request, source="example", text="", example=0)


def same_view(one: Request, other: Request) -> bool:
    """Whether two requests differ in nothing but the cursor."""
    return all(
        getattr(one, each.name) == getattr(other, each.name) for each in fields(Request) if each.name not in _CURSOR
    )


def read_settings(settings: str) -> dict[str, float]:
    """``"period=20,amplitude=2"`` as numbers; what cannot be read is left out."""
    numbers = {}
    for item in settings.split(","):
        name, _, value = item.partition("=")
        try:
            numbers[name.strip()] = float(value)
        except ValueError:
            continue
    return numbers


def write_settings(numbers: Mapping[str, float]) -> str:
    """The inverse of `read_settings`."""
    return ",".join(f"{name}={_shortest(value)}" for name, value in numbers.items())


def _shortest(value: float) -> str:
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def _spell(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _read(one: Any, spelt: str) -> Any:
    """A parameter's value, or None where it makes no sense."""
    if one.type is bool:
        return {"0": False, "1": True}.get(spelt)
    if one.type is int:
        known = spelt.removeprefix("-").isdecimal() and spelt.isascii() and len(spelt) < 10
        return int(spelt) if known and one.metadata["low"] <= int(spelt) <= one.metadata["high"] else None
    words = choices(one)
    return spelt if words is None or spelt in words else None


def _pack(text: str) -> dict[str, str]:
    if len(text) <= _PLAIN:
        return {"text": text}
    return {"z": pack(text)}
