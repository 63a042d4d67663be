"""THE COURSE: lessons as text files, the view that each step sets, and answers computed from what is on screen."""

from explorer.lessons import answers, checks, course
from explorer.lessons.lesson import Lesson, Step
from explorer.lessons.reader import read_lesson, read_lessons
from explorer.lessons.registry import ANSWERS, CHECKS, answer_of, is_done
from explorer.lessons.screen import Answer, Screen

__all__ = [
    "ANSWERS",
    "CHECKS",
    "Answer",
    "Lesson",
    "Screen",
    "Step",
    "answer_of",
    "answers",
    "checks",
    "course",
    "is_done",
    "read_lesson",
    "read_lessons",
]
