"""What runs with each call of a module beside its forward: named, since it may change what goes in and comes out."""

from typing import Any

import torch

_PYTORCHS = "torch."
_LONGEST = 80


def hook_doubt(name: str) -> str:
    """The sentence for a hook that is not run here.

    Args:
        name: of the function, or of its class.
    """
    kept = repr(name[:_LONGEST])
    return f"The module also calls {kept} at each run (a hook), which is not run here: it may change its states."


def doubts_of(module: Any) -> tuple[str, ...]:
    """A sentence for each hook of a live module, or of one inside it, that is not PyTorch's own.

    Args:
        module: any module.
    """
    parts = module.modules() if isinstance(module, torch.nn.Module) else ()
    hooks = [
        hook
        for part in parts
        for kept in (getattr(part, "_forward_hooks", {}), getattr(part, "_forward_pre_hooks", {}))
        for hook in kept.values()
    ]
    own = [one for one in hooks if not f"{getattr(one, '__module__', '')}.".startswith(_PYTORCHS)]
    return tuple(dict.fromkeys(hook_doubt(getattr(one, "__qualname__", type(one).__qualname__)) for one in own))
