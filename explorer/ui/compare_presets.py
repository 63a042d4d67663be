"""The surgeries that theory speaks of, by cell."""

PRESETS: dict[str, dict[str, str]] = {
    "lstm": {
        "forget = 1: nothing is erased": "forget=1",
        "forget = 0: nothing is kept": "forget=0",
        "input = 0: nothing is written": "input=0",
        "output = 0: nothing is shown": "output=0",
        "no forget gate, as in 1997": "forget=1",
        "coupled gates: input = 1 − forget": "input=1-forget",
    },
    "gru": {
        "update = 1: the state is kept": "update=1",
        "update = 0: the state is renewed": "update=0",
        "reset = 0: the new content sees no past": "reset=0",
    },
    "rnn": {"hidden = 0: nothing is passed on": "hidden=0", "hidden halved": "hidden=x0.5"},
}


def first_hold(kind: str) -> str:
    """What a page holds before the reader has chosen: the most telling surgery of the cell."""
    return {"lstm": "forget=0", "gru": "update=0"}.get(kind, "hidden=x0.5")
