"""TRACES ALONG A TRAINING → one film: the same sequence, the same units, drawn anew as the gates are learned."""

from explorer.film.film import Film
from explorer.film.page import as_page, as_sent
from explorer.film.reel import MOST_FRAMES, Reel, Told, reel_of

__all__ = ["MOST_FRAMES", "Film", "Reel", "Told", "as_page", "as_sent", "reel_of"]
