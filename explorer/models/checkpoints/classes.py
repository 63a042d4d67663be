"""What a whole module states of its class: one that is not PyTorch's own may compute anything with the same weights.

Saving a state_dict instead is the user's word that the network is plain. What only may differ (a hook, an order of
gates, the sense of z, a name such as zoneout) is no refusal but a doubt, which every page says.
"""

import re
from dataclasses import replace

from explorer.errors import CheckpointError
from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.names import place_of
from explorer.models.files import Contents, named
from explorer.models.model.hooks import hook_doubt

_OWN = re.compile(
    r"^torch\.(nn\.modules\.rnn\.|nn\.utils\.parametrize\.Parametrized|(ao\.)?nn\.(quantized\.dynamic|quantizable)\.)"
)
_CONTAINER = "torch.nn.modules.container."
_DROPS = "WeightDrop"
_RAW = "raw weights"
_SINGLE = "one matrix a gate"


def with_class(group: Group, contents: Contents) -> Group:
    """A group with what the class of its module says of it, where the file holds whole modules.

    Args:
        group: as found.
        contents: the file.

    Raises:
        CheckpointError: its weights lie, under PyTorch's names, in a module of a class that is not PyTorch's.
    """
    path, module = _holder(group.name, contents)
    stated = str(module.get("class", ""))
    hook = module.get("hook")
    doubts = (*group.doubts, *((hook_doubt(str(hook)),) if hook else ()))
    if not stated or _OWN.match(stated) or _is_drop(stated, group, contents):
        return replace(group, doubts=doubts)
    if path == group.name and _is_plain(group, contents):
        of = f" of {named(group.name)}" if group.name else ""
        raise CheckpointError(
            f"The weights{of} lie in a module of the class {named(stated)}, which is not PyTorch's: what it computes "
            f"is in its code, and a plain {group.kind.upper()}'s gates may be others. If it computes as that does, "
            "save its state_dict."
        )
    said = (
        f"The equations of a plain {group.kind.upper()} are taken; what the class {named(stated)} computes is in its "
        "code, which is not read: where that differs, these are not its gates."
    )
    return replace(group, doubts=(*doubts, said))


def _holder(path: str, contents: Contents) -> tuple[str, dict[str, object]]:
    """The module that holds the weights behind a path, past containers of parameters."""
    while path and (path not in contents.modules or _class(path, contents).startswith(_CONTAINER)):
        path = re.split(r"[._/-](?=[^._/-]*$)", path)[0] if re.search(r"[._/-]", path) else ""
    return path, dict(contents.modules.get(path, {}))


def _class(path: str, contents: Contents) -> str:
    return str(contents.modules[path].get("class", ""))


def _is_plain(group: Group, contents: Contents) -> bool:
    """Whether the weights are called as PyTorch calls them, so that nothing but the class tells another cell."""
    places = [place_of(name) for name in group.sources]
    single = any(contents.converted.get(name) == _SINGLE for name in group.sources)
    return not single and all(place is None or place.plain for place in places)


def _is_drop(stated: str, group: Group, contents: Contents) -> bool:
    """Whether it is a WeightDrop that keeps the weights on itself, and they are the raw ones."""
    kept = any(contents.converted.get(name, "").startswith(_RAW) for name in group.sources)
    return kept and _DROPS in stated.rpartition(".")[2]
