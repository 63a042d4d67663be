"""The operator's page: how many are here, what they cost, how long they wait; not a word of what they look at.

There is none unless ``GATE_EXPLORER_OPERATOR`` holds a secret of sixteen characters or more, which is part of the
address: ``/_operator/SECRET``, and ``/_operator/SECRET.json`` for programs. Every other address there is none either.
"""

import hmac
import json
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

from streamlit.runtime import exists, get_instance

from explorer import __version__
from explorer.ui.arriving import lying
from explorer.ui.session import held_bytes, kept
from explorer.ui.session.timing import BEGAN, answers
from explorer.ui.session.turns import TURNS
from explorer.ui.train.jobs import queue

OPERATOR = "GATE_EXPLORER_OPERATOR"
"""The environment variable with the secret."""
_LEAST, _WINDOW = 16, 600.0
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem;color-scheme:light dark}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .5rem}"
    "th,td{border-bottom:1px solid #8885;font-weight:400}"
    "td{text-align:right;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600;padding-top:1rem}"
)


def answer(path: str) -> tuple[str, str] | None:
    """The media type and the content of an address; None where its secret is not the operator's, or there is none."""
    secret, asked = os.environ.get(OPERATOR, ""), path.rpartition("/_operator/")[2]
    is_json = asked.endswith(".json")
    told = asked.removesuffix(".json").rstrip("/")
    if len(secret) < _LEAST or not hmac.compare_digest(told.encode(), secret.encode()):
        return None
    return ("application/json", json.dumps(figures())) if is_json else ("text/html; charset=utf-8", _page(figures()))


def figures() -> dict[str, Any]:
    """What the page shows, by name: bytes, seconds, milliseconds and numbers."""
    connected, waiting_for_return = _sessions()
    working, waiting = TURNS.counts
    training, queued = queue().counts
    pages = answers(_WINDOW)
    return {
        "version": __version__,
        "seconds up": round(time.monotonic() - BEGAN),
        "sessions connected": connected,
        "sessions that may return": waiting_for_return,
        "memory bytes": _memory("VmRSS"),
        "most memory bytes": _memory("VmHWM"),
        "memory limit bytes": held_bytes.memory_limit(),
        "uploads bytes": held_bytes.held(),
        "uploads on their way bytes": sum(size for _, size in lying().values()),
        "uploads limit bytes": held_bytes.MOST_BYTES,
        "sessions' results bytes": kept.held(),
        "sessions' results limit bytes": kept.MOST_BYTES,
        "long works running": working,
        "long works waiting": waiting,
        "trainings running": training,
        "trainings waiting": queued,
        "answers in ten minutes": _spread([one for runs in pages.values() for one in runs]),
        "answers by page": {page: _spread(runs) for page, runs in sorted(pages.items())},
    }


def _sessions() -> tuple[int, int]:
    """Sessions with a browser, and those whose browser may still come back."""
    manager = getattr(get_instance(), "_session_mgr", None) if exists() else None
    if manager is None or not hasattr(manager, "num_active_sessions"):
        return 0, 0
    active = manager.num_active_sessions()
    return active, manager.num_sessions() - active


def _memory(name: str) -> int:
    """Bytes of this process as Linux calls them; 0 elsewhere."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith(name)).split()[1])
    return 0


def _spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """How many, their median, 95th percentile and largest."""
    if not milliseconds:
        return {"count": 0}
    cuts = statistics.quantiles(milliseconds, n=20, method="inclusive") if len(milliseconds) > 1 else milliseconds
    return {
        "count": len(milliseconds), "p50 ms": round(statistics.median(milliseconds)),
        "p95 ms": round(cuts[-1]), "most ms": round(max(milliseconds)),
    }  # fmt: skip


def _page(told: Mapping[str, Any]) -> str:
    single = {name: value for name, value in told.items() if not isinstance(value, Mapping)}
    answered = {"all pages": told["answers in ten minutes"], **told["answers by page"]}
    rows = "".join(_row(name, _spelt(name, value)) for name, value in single.items())
    times = "".join(_row(page, ", ".join(f"{k} {v:,}" for k, v in one.items())) for page, one in answered.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10">'
        '<meta name="robots" content="noindex"><meta name="viewport" content="width=device-width">'
        f"<title>Gate Explorer: this server</title><style>{_STYLE}</style></head><body><h1>This server</h1>"
        f"<table>{rows}</table><table><caption>Answers in the last ten minutes</caption>{times}</table></body></html>"
    )


def _row(name: str, value: str) -> str:
    return f'<tr><th scope="row">{escape(name.removesuffix(" bytes"))}</th><td>{escape(value)}</td></tr>'


def _spelt(name: str, value: Any) -> str:
    if name.endswith("bytes"):
        return f"{value / 1e6:,.0f} MB"
    return f"{value:,}" if isinstance(value, int) else str(value)
