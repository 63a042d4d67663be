"""A request as query parameters, and back: any link is a request, and a request survives its link."""

from collections.abc import Mapping
from typing import Any

from explorer.archives import pack, unpack
from explorer.ui.session.fields import choices
from explorer.ui.session.request import CHOICES, Request, is_upload

MAX_LINK = 6_000
"""A text that needs more compressed characters than this is left out of the link."""
_PLAIN = 240
MAX_TEXT = 100_000
"""A text of more bytes is left out of the link and not taken from one: a short link could ask for hours of work."""

_PRIVATE = ("upload", "run")
"""What no link carries: it lies in a file of the reader's."""


def to_link(request: Request) -> dict[str, str]:
    """The request as query parameters, defaults left out, a long text compressed as ``z``."""
    link = {
        one.name: _spell(value)
        for one in CHOICES
        if (value := request.value(one.name)) != one.default and one.name != "text"
    }
    if request.sequence.source != "typed":
        return link
    return link | _pack(request.sequence.text)


def from_link(link: Mapping[str, str]) -> Request:
    """Read query parameters; whatever makes no sense there keeps its default."""
    read = {one.name: _read(one, link[one.name]) for one in CHOICES if one.name in link}
    if "z" in link:
        read["text"] = unpack(link["z"], MAX_TEXT)
        if read["text"] is None:
            read.pop("source", None)
    known = {name: value for name, value in read.items() if value is not None}
    if "text" in known and "source" not in known:
        known["source"] = "typed"
    return Request.of(**known)


def is_unreadable(link: Mapping[str, str]) -> bool:
    """Whether a link carries a text that is damaged or stands for more than it may."""
    return "z" in link and unpack(link["z"], MAX_TEXT) is None


def fits_link(request: Request) -> bool:
    """Whether the link can carry what the request is about."""
    return request.sequence.source not in _PRIVATE and _is_short(request)


def _is_short(request: Request) -> bool:
    return (
        len(_pack(request.sequence.text).get("z", "")) <= MAX_LINK
        and len(request.sequence.text.encode("utf-8", "replace")) <= MAX_TEXT
    )


def addressed(request: Request) -> Request:
    """The request as this browser's own address carries it: a reload then says that an upload is gone."""
    return request if request.sequence.source in _PRIVATE or _is_short(request) else shareable(request)


def shareable(request: Request) -> Request:
    """The request as a link for others carries it: with an example where the sequence does not fit or is private."""
    if is_upload(request.compare_page.rival):
        request = request.but(rival="")
    if is_upload(request.model):
        request = request.but(model=Request().model, layer=0, direction="forward", signal="", unit=-1)
    return request if fits_link(request) else request.but(source="example", text="", example=0)


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
