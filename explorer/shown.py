"""What shows itself in a notebook: the picture is drawn by a higher room, which says here how."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from explorer.errors import ArgumentError


class Picture(Protocol):
    """A page of its own: it shows itself where a notebook's cell ends with it, and can be saved."""

    def save(self, path: Any) -> None:
        """Write it as one file."""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]: ...


Draw = Callable[..., Picture]
_DRAWN: dict[str, Draw] = {}


def draws(name: str) -> Callable[[Draw], Draw]:
    """Say that a function draws the objects of the class of that name."""

    def known(draw: Draw) -> Draw:
        _DRAWN[name] = draw
        return draw

    return known


class ShowsItself:
    """An object that a notebook shows as a picture, and everything else as its `repr`."""

    def show(self, **options: Any) -> Picture:
        """Its picture, as a page of its own: interactive, self-contained and without a connection to anything.

        Args:
            options: what the picture lets one choose.

        Raises:
            ArgumentError: nothing draws this, or there is no such option.
        """
        draw = _DRAWN.get(type(self).__name__)
        if draw is None:
            raise ArgumentError(f"Nothing draws a {type(self).__name__}: import explorer, whose notebook room does.")
        return draw(self, **options)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **options: Any) -> Mapping[str, Any]:
        """What IPython asks for: the picture, and the `repr` for whoever cannot show it."""
        try:
            return self.show()._repr_mimebundle_()
        except Exception:  # a notebook's cell must end in something, whatever is wrong with the picture
            return {"text/plain": repr(self)}
