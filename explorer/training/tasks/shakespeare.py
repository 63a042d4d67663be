"""Which character comes next, in a play?"""

from explorer.errors import EncodingError
from explorer.training.task import DATA, Course
from explorer.training.tasks.characters import Characters

HELD_OUT = "twelfth_night"
TAIL = 4000


class Shakespeare(Characters):
    """Eleven plays to learn from, the ends of which choose the best weights; Twelfth Night held out."""

    name = "shakespeare-chars"
    title = "Shakespeare"
    learned = (
        "This network learned to say the next character of Shakespeare's plays; Twelfth Night was held out. "
        "Let it write on from a line of yours."
    )
    source = "twelve plays by William Shakespeare; public domain"
    examples = (
        {
            "title": "Twelfth Night, held out",
            "kind": "prose",
            "text": "If music be the food of love, play on;\nGive me excess of it, that, surfeiting,",
        },
        {
            "title": "A scene begins",
            "kind": "prose",
            "text": "Enter HAMLET and HORATIO\n\nHAMLET\tThe air bites shrewdly; it is very cold.",
        },
        {"title": "Not Shakespeare", "kind": "code", "text": "for name in names: print(name)"},
    )
    course = Course(steps=13_000, rate=4e-3, half=True)

    def read(self, part: str) -> str:
        """The held-out play; or of the others all but the last 4,000 characters, or these."""
        files = sorted((DATA / "shakespeare").glob("*.txt"))
        if HELD_OUT not in [file.stem for file in files]:
            raise EncodingError(f"The plays are not in {DATA.name}/shakespeare: fetch the files again.")
        texts = {file.stem: file.read_text("utf-8") for file in files}
        judged = texts.pop(HELD_OUT)
        if part == "held out":
            return judged
        return "".join(text[-TAIL:] if part == "validation" else text[:-TAIL] for text in texts.values())
