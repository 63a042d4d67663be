"""THE READER'S LANGUAGE: words of the interface from catalogues, a file a language; English stands in the code.

>>> say("Next step")
'Next step'
>>> speak("de"); say("Next step")
'Nächster Schritt'
>>> speak("en")
"""

import gettext
import threading
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the catalogues are: ``de/LC_MESSAGES/explorer.po``, and the same compiled (`python -m docs.languages`)."""
DOMAIN, ENGLISH = "explorer", "en"
_speaking = threading.local()


@lru_cache
def known_languages() -> tuple[str, ...]:
    """The languages that there is a catalogue of, English first; a folder adds one."""
    return (ENGLISH, *sorted(path.parents[1].name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def own_name(language: str) -> str:
    """What a language calls itself."""
    return _catalogue(language).gettext("English")


def speak(language: str) -> None:
    """Let this thread speak a language from now on: a run of the app has a thread of its own."""
    _speaking.language = language if language in known_languages() else ENGLISH


def spoken() -> str:
    """The language that this thread speaks; English until it is told another."""
    return getattr(_speaking, "language", ENGLISH)


def say(words: str) -> str:
    """Words in the language that is spoken; English where its catalogue has none."""
    return words if spoken() == ENGLISH or not words else _catalogue(spoken()).gettext(words)


def preferred(asked: str) -> str:
    """The known language that a browser asks for first, from ``"de-CH,de;q=0.9,en;q=0.8"``."""
    for part in asked.split(","):
        language = part.partition(";")[0].strip().partition("-")[0].lower()
        if language in known_languages():
            return language
    return ENGLISH


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(FOLDER), [language], fallback=True)
