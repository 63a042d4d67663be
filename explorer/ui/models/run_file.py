"""A run file that `explorer.watch` saved: opened like a checkpoint, its modules as models, its sequences with them."""

from explorer.archives import named
from explorer.sequences import legible
from explorer.ui.bar.model_menu import FRESH
from explorer.ui.session.held_bytes import count_in
from explorer.ui.session.own import forget, free_name, keep
from explorer.ui.session.request import MOST_UPLOADED
from explorer.ui.session.state import change
from explorer.ui.view.watched import SOURCE, OpenRun, keep_watched, watched
from explorer.watching import read_run

_MOST_BYTES = 200_000_000


def take_run(name: str, data: bytes) -> str:
    """Open a run file in place of an earlier one, and go to its first module; what was left out, as a sentence.

    Raises:
        CheckpointError: it is damaged, or the server or the session holds as much as it can.
    """
    seen = read_run(data, _MOST_BYTES)
    before = watched()
    for earlier in () if before is None else before.parts:
        forget(earlier)
    parts: dict[str, str] = {}
    for part in seen.names[:MOST_UPLOADED]:
        upload = free_name()
        source = f"explorer.open_run({legible(name, 200)!r})[{part!r}].model"
        keep(upload, seen[part].model, f"{legible(name, 60)}: {legible(part, 60)}", source)
        parts[upload] = part
    opened = OpenRun(name, seen, parts)
    count_in(opened, len(data))
    keep_watched(opened)
    change(model=next(iter(parts)), source=SOURCE, nth=0, call=-1, layer=0, direction="forward", signal="", unit=-1,
           text="", start="trained", **FRESH)  # fmt: skip
    left = seen.names[MOST_UPLOADED:]
    return f"{named(name)} holds {len(left)} more modules than a session has room for." if left else ""
