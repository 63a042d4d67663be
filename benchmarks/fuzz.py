"""What do damaged files do? 300 seeded changes of a file of every form, each read in a process that is watched.

Opening and refusing are both right; anything else that is raised, more than 2 s of processor time or more than
500 MB of new memory is not. An error that only the last net caught counts as raised. Prints one row a form: how many
opened, were refused, raised, took too long, took too much; ends with 1 where any of the last three is not 0.

    python -m benchmarks.fuzz [--mutations 300] [--seed 0] [part of a form's name …]
"""

import argparse
import multiprocessing
import random
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from benchmarks.forms import Form, forms
from benchmarks.mutations import mutated
from explorer.errors import ExplorerError
from explorer.models import single_threaded

SECONDS, BYTES, PATIENCE = 2.0, 500_000_000, 60.0
OUTCOMES = ("opened", "refused", "raised", "slow", "large")
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Read(NamedTuple):
    """What came of one file.

    Attributes:
        number: which of the changes.
        raised: what was raised that should not be, where; "" if nothing was.
        opened: whether it opened.
        seconds, grown: processor time, and bytes of memory at most beyond what was held before.
    """

    number: int
    raised: str
    opened: bool
    seconds: float
    grown: int

    @property
    def outcomes(self) -> list[str]:
        """Its words of `OUTCOMES`."""
        found = ["raised" if self.raised else "opened" if self.opened else "refused"]
        found += ["slow"] if self.seconds > SECONDS else []
        return found + (["large"] if self.grown > BYTES else [])


def change(name: str, number: int, seed: int = 0) -> bytes:
    """The file that one change of one form makes, the same each time; change 0 is the good file itself."""
    known = forms()
    good = known[name].make()
    if number == 0:
        return good
    chance = random.Random(f"{seed} {name} {number}")
    other = known[chance.choice(list(known))].make()
    return mutated(good, other, chance)


def read(form: Form, data: bytes, number: int = 0) -> Read:
    """Read one file and watch it."""
    started, before = _seconds(), _memory(fresh=True)
    raised, opened = "", False
    try:
        form.read(data)
        opened = True
    except ExplorerError as refusal:
        hidden = refusal.__cause__
        if hidden is not None and not isinstance(hidden, ExplorerError):
            raised = _said(hidden)
        elif len(str(refusal)) > 300:
            raised = f"a refusal of {len(str(refusal))} characters"
    except Exception as error:
        raised = _said(error)
    return Read(number, raised, opened, _seconds() - started, _memory() - before)


def watch(name: str, numbers: range, seed: int) -> Iterator[Read]:
    """Read changes of one form in a process of its own, begun again where one takes for ever."""
    left = numbers
    while left:
        ours, theirs = multiprocessing.get_context("fork").Pipe(duplex=False)
        worker = multiprocessing.get_context("fork").Process(target=_work, args=(theirs, name, left, seed))
        worker.start()
        theirs.close()
        try:
            while left and ours.poll(PATIENCE):
                yield ours.recv()
                left = left[1:]
        except EOFError:
            pass
        if left:  # it hangs, or it died
            died = not worker.is_alive()
            worker.kill()
            yield Read(left[0], f"the process died ({worker.exitcode})" if died else "", False, PATIENCE, 0)
            left = left[1:]
        worker.join()


def _work(pipe: Connection, name: str, numbers: range, seed: int) -> None:
    single_threaded()
    form = forms()[name]
    for number in numbers:
        pipe.send(read(form, change(name, number, seed), number))


def _said(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:80]} ({Path(last.filename).name}:{last.lineno})"


def _seconds() -> float:
    """Processor time, of processes that were started and have ended too."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _memory(fresh: bool = False) -> int:
    """The most memory held since it was last asked afresh, in bytes (Linux)."""
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    if fresh:
        _CLEAR.write_text("5")
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def main() -> int:
    """Fuzz the chosen forms, print the table, and say whether all is well."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("forms", nargs="*")
    asked.add_argument("--mutations", type=int, default=300)
    asked.add_argument("--seed", type=int, default=0)
    wanted = asked.parse_args()
    names = [name for name in forms() if not wanted.forms or any(part in name for part in wanted.forms)]
    print(f"{'form':<20} | {' | '.join(f'{word:>7}' for word in OUTCOMES)} | slowest | largest")
    total: Counter[str] = Counter()
    for name in names:
        began = time.monotonic()
        found = list(watch(name, range(wanted.mutations + 1), wanted.seed))[1:]
        counts = Counter(word for one in found for word in one.outcomes)
        total += counts
        cells = " | ".join(f"{counts[word]:>7}" for word in OUTCOMES)
        slowest, largest = max(one.seconds for one in found), max(one.grown for one in found)
        print(f"{name:<20} | {cells} | {slowest:>5.2f} s | {largest / 1e6:>4.0f} MB ({time.monotonic() - began:.0f} s)")
        for one in found:
            if set(one.outcomes) & {"raised", "slow", "large"}:
                print(f"    {one.number}: {one.raised or one.outcomes} {one.seconds:.1f} s {one.grown / 1e6:.0f} MB")
        sys.stdout.flush()
    print(f"{'all':<20} | {' | '.join(f'{total[word]:>7}' for word in OUTCOMES)}")
    return int(bool(total["raised"] or total["slow"] or total["large"]))


if __name__ == "__main__":
    sys.exit(main())
