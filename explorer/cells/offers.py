"""What a cell lets one choose beside its sizes."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple


class Option(NamedTuple):
    """A field of a cell that no tensor states and that has few values.

    Attributes:
        name: the field.
        values: a word for each value → the value, the default first. Links carry the word.
        label: what it is called beside its values.
        shown: how a word is shown, ``"{} the product"``.
        about: one sentence that tells the values apart.
        choice: the choice of a request that carries the word; by default all such words share one.
    """

    name: str
    values: Mapping[str, Any]
    label: str
    shown: str = "{}"
    about: str = ""
    choice: str = ""

    @property
    def default(self) -> Any:
        """The value of the first word."""
        return next(iter(self.values.values()))

    def word(self, value: Any) -> str:
        """What stands for a value in a link; the default's word where none does."""
        return next((word for word, known in self.values.items() if known == value), next(iter(self.values)))


class Offers:
    """What a cell declares of itself for those who look into it; none of it changes a number."""

    options: ClassVar[tuple[Option, ...]] = ()
    presets: ClassVar[Mapping[str, str]] = {}
    """The surgeries that theory speaks of: words → what is held; where none are declared, each gate open and shut."""
    parts: ClassVar[Mapping[str, str]] = {}
    """A word for each parameter whose rows are not those of ``blocks``; the name of a block where it is that one's."""

    keras: ClassVar[str] = ""
    """What Keras calls its layer of this cell; "" where it has none."""

    @classmethod
    def has_option(cls, name: str) -> bool:
        """Whether the cell lets one choose a field of that name."""
        return any(option.name == name for option in cls.options)
