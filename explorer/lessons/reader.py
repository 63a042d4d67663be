"""A lesson's file → `Lesson`. What is wrong in it is said with the file's name and the line."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from string import Formatter

from explorer.errors import LessonError
from explorer.lessons.lesson import Call, Lesson, Step
from explorer.lessons.registry import ANSWERS, CHECKS, check_call

FOLDER = Path(__file__).parent
"""Where the course is: ``NN-slug.md``, and the same names in a folder for each other language."""
_HEAD = ("title", "minutes", "teaches", "answers", "needs")
_WORDS = ("predict", "reveal", "done")
_DIRECTIVES = ("view", *_WORDS, "answer", "task", "shows")
_DIRECTIVE = re.compile(rf"({'|'.join(_DIRECTIVES)}):\s*(.*)")
_Line = tuple[int, str]


@lru_cache
def read_lessons(language: str = "en", folder: Path = FOLDER) -> tuple[Lesson, ...]:
    """The course in order; a lesson without a translation stays English.

    Args:
        language: of two letters.
        folder: where the files are.

    Raises:
        LessonError: a file that is no lesson, by name and line.
    """
    return tuple(_in_language(path, language) for path in sorted(folder.glob("[0-9][0-9]-*.md")))


def read_lesson(path: Path) -> Lesson:
    """One file.

    Raises:
        LessonError: it is no lesson, by name and line.
    """
    lines = list(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    head, body = _head(path, lines)
    steps = tuple(_step(path, part) for part in _parts(path, body))
    if not steps:
        raise _wrong(path, len(lines), "there is no step: begin one with “## Title”")
    minutes = head.get("minutes", "")
    if not minutes.isdecimal():
        raise _wrong(path, 1, f"minutes: {minutes!r} is no whole number")
    teaches, answers, needs = (_listed(head.get(name, "")) for name in ("teaches", "answers", "needs"))
    title = head.get("title", path.stem)
    return Lesson(path.stem.partition("-")[2], title, int(minutes), teaches, answers, needs, steps)


def _in_language(path: Path, language: str) -> Lesson:
    """A lesson with another language's words: views, answers and tasks are the English file's own."""
    english = read_lesson(path)
    other = path.parent / language / path.name
    if language == "en" or not other.is_file():
        return english
    lines = list(enumerate(other.read_text(encoding="utf-8").splitlines(), 1))
    head, body = _head(other, lines)
    parts = list(_parts(other, body))
    if len(parts) != len(english.steps):
        raise _wrong(other, len(lines), f"it has {len(parts)} steps where {path.name} has {len(english.steps)}")
    steps = tuple(_translated(other, part, step) for part, step in zip(parts, english.steps, strict=True))
    return replace(english, title=head.get("title", english.title), steps=steps, language=language)


def _translated(path: Path, part: list[_Line], english: Step) -> Step:
    number, title = part[0]
    text, said = _split(path, part[1:])
    for name in _DIRECTIVES:
        wanted = name in _WORDS and bool(getattr(english, name))
        if wanted != (name in said):
            why = "is missing" if wanted else "is not translated: it stays in the English file"
            raise _wrong(path, number, f"“{name}:” {why}")
    question, options = _question(said.get("predict", (0, ""))[1])
    if len(options) != len(english.options):
        raise _wrong(path, number, f"{len(options)} options where the English step has {len(english.options)}")
    reveal, done = (said.get(name, (0, ""))[1] for name in ("reveal", "done"))
    _check_reveal(path, number, reveal)
    return replace(
        english, title=title, text=text, predict=question, options=options, reveal=reveal, done=done, line=number,
        english=english.options,
    )  # fmt: skip


def _head(path: Path, lines: list[_Line]) -> tuple[Mapping[str, str], list[_Line]]:
    """What stands between the lines of dashes, and the rest."""
    marks = [place for place, (_, line) in enumerate(lines) if line.strip() == "---"][:2]
    if len(marks) < 2 or marks[0] != 0:
        raise _wrong(path, 1, "it must begin with its title and minutes between two lines of ---")
    head = {}
    for number, line in lines[1 : marks[1]]:
        name, colon, value = line.partition(":")
        if line.strip() and (not colon or name.strip() not in _HEAD):
            raise _wrong(path, number, f"{line.strip()!r} is none of {', '.join(_HEAD)}")
        head[name.strip()] = value.strip()
    return head, lines[marks[1] + 1 :]


def _parts(path: Path, lines: list[_Line]) -> Iterator[list[_Line]]:
    """The lines of each step; the first is its title."""
    part: list[_Line] = []
    for number, line in lines:
        if line.startswith("## "):
            if part:
                yield part
            part = [(number, line[3:].strip())]
        elif part:
            part.append((number, line))
        elif line.strip():
            raise _wrong(path, number, "text before the first step: begin a step with “## Title”")
    if part:
        yield part


def _split(path: Path, lines: list[_Line]) -> tuple[str, Mapping[str, _Line]]:
    """The words of a step, and its directives by name, each with its line."""
    text: list[str] = []
    said: dict[str, _Line] = {}
    for number, line in lines:
        found = _DIRECTIVE.fullmatch(line.strip())
        if found is None and said and line.strip():
            raise _wrong(path, number, f"{line.strip()[:40]!r} is none of {', '.join(_DIRECTIVES)}")
        if found is not None and found[1] in said:
            raise _wrong(path, number, f"“{found[1]}:” stands here twice")
        if found is None:
            text.append(line)
        else:
            said[found[1]] = (number, found[2])
    return "\n".join(text).strip(), said


def _step(path: Path, part: list[_Line]) -> Step:
    number, title = part[0]
    text, said = _split(path, part[1:])
    words = {name: line for name, (_, line) in said.items()}
    view_line, view = said.get("view", (number, ""))
    if not view.startswith("/"):
        raise _wrong(path, view_line, "a step needs “view: /page?…”, a link of the app without its host")
    for one, other in (("predict", "answer"), ("answer", "predict"), ("answer", "reveal"), ("task", "done")):
        if one in said and other not in said:
            raise _wrong(path, said[one][0], f"“{one}:” needs “{other}:”")
    question, options = _question(words.get("predict", ""))
    _check_reveal(path, said.get("reveal", (number, ""))[0], words.get("reveal", ""))
    return Step(
        title, text, view, question, options, _call(path, said.get("answer"), ANSWERS), words.get("reveal", ""),
        _call(path, said.get("task"), CHECKS), words.get("done", ""), number, _listed(words.get("shows", "")),
    )  # fmt: skip


def _question(line: str) -> tuple[str, tuple[str, ...]]:
    question, *options = (part.strip() for part in line.split(" | "))
    return question, tuple(options)


def _call(path: Path, said: _Line | None, known: Mapping[str, object]) -> Call | None:
    """``name(word, 3)`` as a `Call` of what there is."""
    if said is None:
        return None
    number, line = said
    try:
        tree = ast.parse(line, mode="eval").body
        name = tree.func if isinstance(tree, ast.Call) else tree
        given = tree.args if isinstance(tree, ast.Call) else []
        if not isinstance(name, ast.Name):
            raise ValueError
        call = Call(name.id, tuple(one.id if isinstance(one, ast.Name) else ast.literal_eval(one) for one in given))
    except (SyntaxError, ValueError):
        raise _wrong(path, number, f"{line!r} is no name with arguments, such as lowest_step(forget)") from None
    try:
        check_call(call, known)  # type: ignore[arg-type]
    except LessonError as why:
        raise _wrong(path, number, str(why).rstrip(".")) from None
    return call


def _check_reveal(path: Path, number: int, line: str) -> None:
    try:
        asked = {name for _, name, _, _ in Formatter().parse(line) if name is not None}
    except ValueError:
        asked = {"{"}
    if asked - {"value", "detail"}:
        raise _wrong(path, number, "only {value} and {detail} are filled in")


def _listed(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split(",") if part.strip())


def _wrong(path: Path, line: int, why: str) -> LessonError:
    return LessonError(f"{path.name}, line {line}: {why}.")
