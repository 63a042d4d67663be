"""What each page asks beside the sequence and what is shown of it: its part of the request."""

from dataclasses import dataclass

from explorer.languages import known_languages
from explorer.ui.session.fields import between, cell_with, one_of


@dataclass(frozen=True)
class StepPart:
    """The Step page: how equations are written, and which number is hidden."""

    notation: str = one_of("torch", "joined")
    update: str = one_of("keep", "renew")
    hide: str = ""


@dataclass(frozen=True)
class MemoryPart:
    """The Memory page: which question, and its choices."""

    memory: str = one_of("wrote", "long", "say", "forgot")
    past: str = one_of("sequence", "tokens", "lab", "myth")
    outcome: str = one_of("state", "answer", "loss")
    lab: str = one_of("bias", "chrono")
    cell: str = cell_with("keep_gate")
    bias_tenths: int = between(10, 0, 60)
    longest: int = between(100, 3, 1_000)
    every: int = between(10, 1, 100_000)


@dataclass(frozen=True)
class ComparePart:
    """The Compare page: what B is, which picture, and its choices."""

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


@dataclass(frozen=True)
class UnitsPart:
    """The Units page: which picture, over which corpus, and which units are asked after."""

    picture: str = one_of("text", "here", "concept", "saturation", "alike", "matter", "statistics")
    corpus: str = one_of("held-out", "screen", "file")
    corpus_steps: int = between(50_000, 1_000, 1_000_000)
    corpus_from: int = between(0, 0, 1_000_000)
    asked: str = ""
    found: str = ""
    off_before: int = between(0, 0, 50)
    off_after: int = between(0, 0, 50)
    concept: str = "quotes"
    concept_label: str = ""
    concept_place: int = between(0, 0, 100_000)
    expression: str = ""
    known_unit: int = between(-1, -1, 4096)
    cause: str = one_of("held", "patch")
    patched: str = ""
    patch_step: int = between(-1, -1, 100_000)
    grouped: str = ""


@dataclass(frozen=True)
class TrainPart:
    """The Train page: its choices, which have names of their own, as one query (`explorer.ui.train.recipe`)."""

    train: str = ""


@dataclass(frozen=True)
class LearnPart:
    """The lesson and its step beside the page, ``"three-gates.4"``; what the page Lessons shows; the language."""

    lesson: str = ""
    learn: str = one_of("course", "words", "teach")
    lang: str = one_of("", *known_languages())
    teach: str = one_of("short", "long", "exercise", "handouts", "beliefs")
    slide: int = between(1, 1, 99)
    students: int = between(24, 1, 60)
