"""A lesson as it is read: frozen, with everything that its file says and nothing more."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

_NO_WORD = re.compile(r"^[^\w]+$")


@dataclass(frozen=True)
class Call:
    """A named answer or check with its arguments, as a file asks for it.

    Attributes:
        name: in the registry.
        arguments: words and numbers, in order.
    """

    name: str
    arguments: tuple[str | int | float, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of a lesson: a few sentences, and what is to be seen or done.

    Attributes:
        title: its heading.
        text: Markdown.
        view: a link of the app without its host, ``"/gates?signal=forget"``.
        predict: the question that is asked before anything is revealed, "" for none.
        options: what may be answered; none where a number or a word is typed.
        answer: what computes the right one, None for no question.
        reveal: what is said then; ``{value}`` and ``{detail}`` stand for the answer's.
        task: what tells that the student has done it, None for no task.
        done: what is said then.
        line: of its heading in the file, from 1.
        shows: what of its lesson's ``teaches`` and ``answers`` is seen here.
        english: the options as answers name them, where others are shown.
    """

    title: str
    text: str
    view: str
    predict: str = ""
    options: tuple[str, ...] = ()
    answer: Call | None = None
    reveal: str = ""
    task: Call | None = None
    done: str = ""
    line: int = 0
    shows: tuple[str, ...] = ()
    english: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The address of the page that it shows."""
        return self.view.partition("?")[0].strip("/")

    @property
    def query(self) -> Mapping[str, str]:
        """The choices that its view makes, by name."""
        return dict(parse_qsl(self.view.partition("?")[2], keep_blank_values=True))

    @property
    def meant(self) -> tuple[str, ...]:
        """The options as answers name them."""
        return self.english or self.options

    @property
    def words(self) -> int:
        """How many words are read before a look or a deed."""
        return sum(_NO_WORD.match(word) is None for word in self.text.split())


@dataclass(frozen=True)
class Lesson:
    """One file of the course.

    Attributes:
        slug: what links call it: the file's name without number and ending.
        title: what readers call it.
        minutes: how long it takes.
        teaches: which parts of the course it covers, ``("S3", "S12")``.
        answers: the keys of the questions that it answers.
        needs: the slugs of the lessons that come before.
        steps: in order, at least one.
        language: of its words.
    """

    slug: str
    title: str
    minutes: int
    teaches: tuple[str, ...]
    answers: tuple[str, ...]
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    language: str = "en"
