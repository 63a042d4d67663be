"""Watching a live model: what goes into its recurrent modules and comes out, copied while it runs."""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any

import torch
from torch import nn

from explorer.archives import listed
from explorer.arguments import checked
from explorer.cells import CELLS
from explorer.errors import ArgumentError
from explorer.fitting import said
from explorer.models.model.effective import is_recurrent
from explorer.watching.log import Log
from explorer.watching.parts import Made
from explorer.watching.seen import Seen, Watched

_KEPT_BYTES = 1_000_000_000
_LIKE = (*CELLS, "recurrent")


class Watching(AbstractContextManager[Seen]):
    """What `watch` gives: in a ``with`` statement, the recurrent modules of a model are watched while it runs."""

    def __init__(self, net: nn.Module, keep_bytes: int) -> None:
        named = dict(net.named_modules(remove_duplicate=False))
        scripted = [name for name, one in named.items() if isinstance(one, torch.jit.ScriptModule)]
        found = {name: one for name, one in named.items() if is_recurrent(one) and name not in scripted}
        firsts: dict[int, str] = {}
        for name, one in found.items():
            firsts.setdefault(id(one), _called(name, one))
        if not found:
            raise ArgumentError(_nothing_there(net, named, bool(scripted)))
        self.keep_bytes, self._bytes, self._order = keep_bytes, 0, dict[str, None]()
        self._aliases = {name: firsts[id(one)] for name, one in found.items() if name != firsts[id(one)]}
        self.logs = {name: Log(name, one, self._room) for one, name in _unique(found, firsts)}
        self._unseen = _unseen(named, scripted, found)
        self._made: dict[str, Made] = {}
        self._open = ExitStack()

    def __enter__(self) -> Seen:
        for log in self.logs.values():
            hook = log.module.register_forward_hook(self._hook(log), prepend=True, with_kwargs=True)
            self._open.callback(hook.remove)
        self._uncompiled()
        return Seen(self._found, self._notes, self._aliases)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _hook(self, log: Log) -> Any:
        def keep(module: nn.Module, args: Any, kwargs: Any, output: Any) -> None:
            self._order[log.name] = None
            log.keep(module, args, kwargs, output)

        return keep

    def _room(self, size: int) -> bool:
        if self._bytes + size > self.keep_bytes:
            return False
        self._bytes += size
        return True

    def _uncompiled(self) -> None:
        """Let compiled modules run as they are written, since a compiled call may pass by every hook."""
        if "torch._dynamo" in sys.modules:
            self._open.enter_context(torch.compiler.set_stance("force_eager"))

    def _found(self) -> dict[str, Watched]:
        ran = (self.logs[name] for name in self._order)
        return {log.name: self._part(log) for log in ran if log.kept}

    def _part(self, log: Log) -> Watched:
        made = self._made.get(log.name)
        if made is None or len(made.kept) != len(log.kept):
            made = self._made[log.name] = Made(log, made)
        return made.watched

    def _notes(self) -> tuple[str, ...]:
        """What could not be seen, and why."""
        logs = self.logs.values()
        idle = [log.name for log in logs if log.name not in self._order]
        notes = [f"Not called: {listed(idle)}."] if idle else []
        notes += [f"'{log.name}': {why}" for log in logs for why in log.refused]
        notes += [self._full(log) for log in logs if log.dropped]
        notes += [f"'{one}' is the same module as '{other}'." for one, other in self._aliases.items() if one]
        return tuple(dict.fromkeys([*notes, *self._unseen]))

    def _full(self, log: Log) -> str:
        return (
            f"'{log.name}': {len(log.kept):,} calls were kept and {log.dropped:,} more were not, for want of "
            f"room within {self.keep_bytes / 1e6:,.0f} MB: give watch(net, keep_bytes=…), or watch fewer calls."
        )


@checked
def watch(net: Any, keep_bytes: int = _KEPT_BYTES) -> Watching:
    """Watch every recurrent module of a live model while it runs.

    Inputs, given states and outputs of every `torch.nn.RNN`, ``LSTM``, ``GRU`` and their cells are copied to the CPU,
    the weights once for as long as they stay the same. Gates are computed when they are asked for, in the weights' own
    precision (half precision in single), and each trace is held against what the module itself gave. The model computes
    as it always does; nothing of this stays on it.

    Args:
        net: any `torch.nn.Module`. Modules in ``DataParallel`` are seen; those that `torch.compile` has compiled run as
            they are written for so long; those inside a scripted or traced module cannot be seen, which is said.
        keep_bytes: how much memory the calls may take; calls beyond it are counted and said.

    Returns:
        A context manager that gives a `Seen`.

    Raises:
        ArgumentError: ``net`` is no module of PyTorch's, or has no recurrent one inside.

    Example:
        >>> net = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.LSTM(8, 16, batch_first=True))
        >>> with watch(net) as seen:
        ...     _ = net(torch.zeros(4, 10, 3))
        >>> seen.names, seen["1"][2]["forget"].shape
        (('1',), (1, 1, 10, 16))
    """
    if not isinstance(net, nn.Module):
        raise ArgumentError(_no_module(net))
    if keep_bytes < 0:
        raise ArgumentError(f"keep_bytes is {keep_bytes}: give a number of bytes of at least 0.")
    return Watching(net, keep_bytes)


def _called(name: str, module: nn.Module) -> str:
    """A module's qualified name; that of its class where it is the model itself."""
    return name or type(module).__name__


def _unique(found: dict[str, nn.Module], firsts: dict[int, str]) -> Iterable[tuple[nn.Module, str]]:
    return {id(one): (one, firsts[id(one)]) for one in found.values()}.values()


def _unseen(named: dict[str, nn.Module], scripted: list[str], found: dict[str, nn.Module]) -> tuple[str, ...]:
    notes = []
    if scripted:
        inside = [name for name in scripted if not any(name.startswith(f"{other}.") for other in scripted)]
        notes.append(f"{listed(inside)}: scripted or traced, so nothing inside can be seen: watch what it was made of.")
    if own := _alike(named, found):
        notes.append(f"{listed(own)}: no module of torch.nn's; what it computes is in its own code, which is not seen.")
    return tuple(notes)


def _alike(named: dict[str, nn.Module], found: dict[str, nn.Module]) -> list[str]:
    """Modules whose class is named like a recurrent one, and that have none of PyTorch's in them."""
    return [
        f"{_called(name, one)} ({type(one).__name__})"
        for name, one in named.items()
        if any(word in type(one).__name__.lower() for word in _LIKE)
        and not isinstance(one, torch.jit.ScriptModule)
        and not any(known == name or known.startswith(f"{name}." if name else "") for known in found)
    ]


def _nothing_there(net: nn.Module, named: dict[str, nn.Module], scripted: bool) -> str:
    if scripted:
        return (
            f"This {type(net).__name__} is scripted or traced, so nothing inside can be seen: watch the module that it "
            "was made of, or open the saved file with explorer.load_checkpoint."
        )
    own = _alike(named, {})
    more = f" {listed(own[:2])} computes in its own code, which cannot be seen." if own else ""
    return f"There is no torch.nn.RNN, LSTM or GRU, nor a cell of theirs, in this {type(net).__name__}.{more}"


def _no_module(net: Any) -> str:
    if any(kind.__module__.split(".")[0] in ("keras", "tf_keras") for kind in type(net).__mro__):
        return (
            "A Keras model came, whose layers cannot be watched: save it, model.save('model.keras'), open it with "
            "explorer.load_checkpoint('model.keras') and record the same data."
        )
    return f"{said(net)} came: give a torch.nn.Module, the model that you call."
