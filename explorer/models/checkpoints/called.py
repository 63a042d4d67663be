"""What a network, or the class around it, is called: a name that is another cell's leaves a doubt."""

import re
from dataclasses import replace

from explorer.models.checkpoints.group import Group
from explorer.models.files import Contents, named

_PLAIN = ("lstm", "gru", "rnn")
_OTHER = re.compile(
    r"(?<![a-z])(cifg|mogrif\w*|phased\w*|zone_?out\w*|ind_?rnn|janet|on_?lstm|slstm|mlstm|tree_?lstm|nested_?lstm|"
    r"hyper_?lstm|conv_?lstm|mc_?lstm|ea_?lstm|(ln|layer_?norm(ed)?)_?(lstm|gru|rnn)|peephole\w*|leaky\w*|ct_?rnn|"
    r"reservoir|esn|li_?gru|gru_?d|gru_?ode|ode_?(rnn|gru|lstm)|ugrnn|clockwork|cw_?rnn|antisymmetric|skip_?rnn|"
    r"spiking)(?=[\d_./]|cell|layer|$)",
    re.IGNORECASE,
)


def with_name(group: Group, contents: Contents) -> Group:
    """A group with a doubt where its name, or the class of the module around it, is that of another cell.

    Such a cell may keep no tensor of its own: a zoneout, a norm without weights, gates that are coupled.

    Args:
        group: as found.
        contents: the file.
    """
    around = str(contents.modules.get(group.name.rpartition(".")[0], {}).get("class", "")).rpartition(".")[2]
    said = next((one for one in (group.name, around) if _OTHER.search(one)), "")
    if not said or group.kind not in _PLAIN:
        return group
    doubt = (
        f"{named(said)} is what another cell is called, and its weights are read as a plain {group.kind.upper()}'s: "
        "where its code does more than that, these are not its gates."
    )
    return replace(group, doubts=(*group.doubts, doubt))
