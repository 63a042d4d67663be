"""A process that trains: one job at a time, told through its standard input, telling through its standard output.

It is told ``("train", job, plan, state)`` and ``("stop", job)``; it tells ``("begun", job, floors,
shown, cards)``, ``("step", job, kind, seed, (step, steps),
checked, weights)``, ``("state", job, state, outcome)``, ``("done", job, outcome)`` and ``("refused", job, sentence)``.
It ends with the process that started it, whose end of the pipe then closes.
"""

import contextlib
import os
import pickle
import queue
import sys
import threading
import time
from typing import IO, Any

import torch

from explorer.errors import ExplorerError
from explorer.training.card import make_card
from explorer.training.fit import call_of, outcome_of
from explorer.training.plan import Plan
from explorer.training.twins import Step, Twins
from explorer.training.work.pipe import receive, send

_NICE = 5
_OFTEN = 0.25
"""Seconds between two words on how far it has come."""


def main() -> None:
    """Work until the other end of the pipe closes."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_NICE)
    torch.set_num_threads(1)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # so that nothing printed can get between the messages
    orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, orders), daemon=True).start()
    while True:
        order = orders.get()
        if order[0] == "train":
            _train(out, orders, *order[1:])


def _listen(pipe: IO[bytes], orders: "queue.SimpleQueue[Any]") -> None:
    try:
        while True:
            orders.put(receive(pipe))
    except (EOFError, OSError):
        os._exit(0)


def _train(out: IO[bytes], orders: "queue.SimpleQueue[Any]", job: str, plan: Plan, state: bytes | None) -> None:
    try:
        twins = plan.twins()
        if state is not None:
            twins.load_state_dict(pickle.loads(state))
        send(out, ("begun", job, *_beginning(twins)))
        _work(out, orders, job, twins)
        if twins.done:
            send(out, ("done", job, outcome_of(twins)))
            return
        kept = pickle.dumps(twins.state_dict(), protocol=pickle.HIGHEST_PROTOCOL)
        send(out, ("state", job, kept, outcome_of(twins)))
    except ExplorerError as sentence:
        send(out, ("refused", job, str(sentence)))
    except (MemoryError, RuntimeError, ArithmeticError, ValueError, IndexError) as reason:
        why = " ".join(str(reason).split())[:120]
        send(out, ("refused", job, f"This cannot be trained ({why}): choose smaller sizes or other data."))


def _work(out: IO[bytes], orders: "queue.SimpleQueue[Any]", job: str, twins: Twins) -> None:
    """Train to the end, or to the next stop."""
    told = 0.0
    for step in twins:
        now = time.monotonic()
        if step.checked is not None or now - told > _OFTEN:
            told = now
            send(out, _said(job, step, twins.seeds[0]))
        if _stopped(orders, job):
            return


def _beginning(twins: Twins) -> tuple[Any, ...]:
    """What a page shows beside losses and gates: losses without a network, the sequence, and what each twin is."""
    first = [twins.fittings[kind, twins.seeds[0]] for kind in twins.kinds]
    cards = {one.kind: make_card(one, {}, call_of(one, twins.settings)) for one in first}
    return twins.task.floors, twins.task.shown(), cards


def _said(job: str, step: Step, first: int) -> tuple[Any, ...]:
    weights = None if step.weights is None or step.seed != first else {
        name: one.numpy() for name, one in step.weights.items()
    }  # fmt: skip
    return ("step", job, step.kind, step.seed, (step.step, step.steps), step.checked, weights)


def _stopped(orders: "queue.SimpleQueue[Any]", job: str) -> bool:
    """Whether this job was told to stop."""
    with contextlib.suppress(queue.Empty):
        while True:
            order = orders.get_nowait()
            if order == ("stop", job):
                return True
    return False


if __name__ == "__main__":
    main()
