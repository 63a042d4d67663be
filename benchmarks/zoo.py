"""What do the bundled models cost whoever does not choose one, and whoever does?

In a fresh process: importing the pages, then reading every model's card as the menu does, then loading each model.
Prints one row per promise: what, bound, measured, ok.

    python -m benchmarks.zoo
"""

import json
import subprocess
import sys

from benchmarks.table import row
from explorer.models.model.bundle import BUNDLED

MOST_MEGABYTES, MOST_MILLISECONDS, MOST_SHARE = 10, 100, 0.05
FRESH = """
import json, logging
from time import perf_counter
logging.disable()
began = perf_counter()
import explorer.ui.session.catalogue as catalogue
imported = perf_counter()
catalogue.tasks()
listed = perf_counter()
import explorer
loads = {}
for name in explorer.list_models():
    start = perf_counter()
    explorer.load_model(name)
    loads[name] = perf_counter() - start
print(json.dumps([imported - began, listed - imported, loads]))
"""


def main() -> int:
    """Measure everything; 0 when every bound holds."""
    fresh = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True)
    imported, listed, loads = json.loads(fresh.stdout)
    megabytes = sum(file.stat().st_size for file in BUNDLED.iterdir()) / 1e6
    slowest = max(loads, key=lambda name: loads[name])
    milliseconds, share = loads[slowest] * 1e3, listed / imported
    kept = [
        row(f"{len(loads)} bundled models: size", f"≤ {MOST_MEGABYTES} MB", f"{megabytes:.1f} MB",
            megabytes <= MOST_MEGABYTES),
        row("the menu of all models, beside the imports", f"≤ {MOST_SHARE:.0%}", f"{share:.1%}", share <= MOST_SHARE),
        row(f"loading the slowest, {slowest}", f"≤ {MOST_MILLISECONDS} ms", f"{milliseconds:.0f} ms",
            milliseconds <= MOST_MILLISECONDS),
    ]  # fmt: skip
    print(f"  imports {imported:.2f} s, the menu {listed * 1e3:.0f} ms")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
