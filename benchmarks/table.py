"""One style of row for every benchmark."""


def row(what: str, bound: str, measured: str, ok: bool) -> bool:
    """Print what was measured beside its bound; return whether it holds."""
    print(f"{what:<58} | {bound:>11} | {measured:>11} | {'ok' if ok else 'MISSED'}", flush=True)
    return ok
