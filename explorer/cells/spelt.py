"""How files of others spell the blocks of a cell's weights."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from explorer.signals import Signal


class Spelling(NamedTuple):
    """What others call one block.

    Attributes:
        words: what a tensor of this block alone is called, letters and words; "" where its name speaks of no gate.
        letters: what stands for it in an order of rows, beside the cell's own letter.
    """

    words: tuple[str, ...]
    letters: str = ""


class Spelt:
    """The part of a cell that says how files of others write it down; what it leaves out follows from its words."""

    words: ClassVar[tuple[Signal, ...]]
    blocks: ClassVar[tuple[str, ...]]
    spellings: ClassVar[Mapping[str, Spelling]] = {}
    """By block; one that is left out is called by its own letter or its signal's name."""
    orders: ClassVar[Mapping[str, str]] = {}
    """Orders in which files stack its rows, in its own letters → who has it so, "" for nobody that one could name."""
    doubtful: ClassVar[Mapping[str, str]] = {}
    """Words of `spellings` that a cell which is not known here has as well → what they leave open."""

    @classmethod
    def letters(cls) -> str:
        """A letter a block, in the order of its own rows: ``"ifgo"``."""
        symbols = {word.name: word.symbol for word in cls.words}
        return "".join(symbols[block][0] for block in cls.blocks)

    @classmethod
    def known_orders(cls) -> dict[str, str]:
        """`orders`, its own among them."""
        return {cls.letters(): "", **cls.orders}

    @classmethod
    def block_of(cls, called: str) -> str | None:
        """The block that a word in small letters stands for, if any: ``"cand"`` → ``"candidate"``."""
        return next((block for block in cls.blocks if called in map(str.lower, cls.spelling(block).words)), None)

    @classmethod
    def own_letter(cls, letter: str) -> str:
        """The cell's own letter for one of an order, ``"j"`` → ``"g"``; the letter itself where it is nobody's."""
        if letter in (letters := cls.letters()):
            return letter
        own = zip(cls.blocks, letters, strict=True)
        return next((one for block, one in own if letter in cls.spelling(block).letters), letter)

    @classmethod
    def spelling(cls, block: str) -> Spelling:
        """What others call one of `blocks`."""
        letter = cls.letters()[cls.blocks.index(block)]
        return cls.spellings.get(block) or Spelling((letter, block))
