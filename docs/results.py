"""Write docs/results.md: what is measured here beside what is published.

python -m docs.results
"""

from collections.abc import Callable
from pathlib import Path

from docs import results_holds, results_memory, results_units
from explorer.models import single_threaded

FILE = Path(__file__).parent / "results.md"
SECTIONS: tuple[Callable[[], str], ...] = (
    results_memory.forget_bias,
    results_memory.chrono,
    results_memory.myth,
    results_memory.brackets,
    *results_units.SECTIONS,
    *results_holds.SECTIONS,
)
"""Each returns one section as Markdown, from its heading on."""
_HEAD = """# Results

Written by `python -m docs.results`, which computes every number again, from the bundled models and from seeds."""


def main() -> None:
    """Compute every section and write the file."""
    single_threaded()
    FILE.write_text("\n\n".join([_HEAD, *(section() for section in SECTIONS)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
