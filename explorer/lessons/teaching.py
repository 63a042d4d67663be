"""The teacher's plans: slides, each one view, from files beside the lessons."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from explorer.errors import LessonError

FOLDER = Path(__file__).parent / "teacher"
_NAMES = ("minutes", "view", "expect")


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes:
        title: its heading.
        text: what to say or ask.
        view: a link of the app without its host.
        minutes: how long it takes; 0 where that is not said.
        expect: what the class will do, "" where that is not said.
    """

    title: str
    text: str
    view: str
    minutes: int = 0
    expect: str = ""


@dataclass(frozen=True)
class Plan:
    """One file: its title, whom it is for, and its slides."""

    title: str
    about: str
    slides: tuple[Slide, ...]

    @property
    def minutes(self) -> int:
        """Of all slides together."""
        return sum(slide.minutes for slide in self.slides)


@lru_cache
def read_plan(name: str, folder: Path = FOLDER) -> Plan:
    """The plan of a name: ``"45-minutes"``, ``"90-minutes"``, ``"misconceptions"``, ``"exercise"``.

    Raises:
        LessonError: a slide without a view, or a file without its head.
    """
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    _, head, body = [*text.split("---\n", 2), "", ""][:3]
    words = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if not {"title", "about"} <= words.keys():
        raise LessonError(f"{name}.md: it must begin with its title and about between two lines of ---.")
    slides = tuple(_slide(name, part) for part in body.split("\n## ")[1:])
    return Plan(words["title"], words["about"], slides)


def _slide(name: str, part: str) -> Slide:
    title, *lines = part.splitlines()
    said = {key: line[len(key) + 2 :] for line in lines for key in _NAMES if line.startswith(f"{key}: ")}
    text = " ".join(line for line in lines if line and not line.startswith(tuple(f"{key}: " for key in _NAMES)))
    if not said.get("view", "").startswith("/"):
        raise LessonError(f"{name}.md, “{title}”: a slide needs “view: /page?…”.")
    return Slide(title, text, said["view"], int(said.get("minutes", 0)), said.get("expect", ""))
