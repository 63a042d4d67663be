"""What the text of a TorchScript program states of its modules; it is read as text and not run."""

import re
from collections.abc import Mapping
from typing import Any

from explorer.archives.archive import Archive

_MOST_BYTES = 5_000_000
_CLASS = re.compile(r"^class (\w+)\(Module\):$", re.MULTILINE)
_CONSTANT = re.compile(
    r'^  (\w{1,60}) : Final\[(?:int|bool|float|str)\] = (True|False|-?\d{1,9}\b|"[^"\n]{0,200}")', re.MULTILINE
)

_CALLED = re.compile(r"torch\.(rnn_relu|rnn_tanh|lstm|gru)\(")


def stated_by_code(
    archive: Archive, folder: str, modules: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Each module's attributes with the constants that the program's text gives its class.

    Args:
        archive: the program.
        folder: where in it the program lies.
        modules: what each module's data state, with the class's path under ``"class"``.
    """
    return {
        path: {**_constants(archive, folder, one), **{key: value for key, value in one.items() if key != "code"}}
        for path, one in modules.items()
    }


def _constants(archive: Archive, folder: str, stated: Mapping[str, Any]) -> dict[str, Any]:
    module, _, name = str(stated.get("code", "")).rpartition(".")
    entry = f"{folder}code/{module.replace('.', '/')}.py"
    if entry not in archive or archive.size(entry) > _MOST_BYTES:
        return {}
    text = str(archive.read(entry), "utf-8", "replace")
    marks = list(_CLASS.finditer(text))
    for mark, after in zip(marks, [*(one.start() for one in marks[1:]), len(text)], strict=True):
        if mark[1] == name:
            return _stated(text[mark.end() : after])
    return {}


def _stated(body: str) -> dict[str, Any]:
    found: dict[str, Any] = {match[1]: _value(match[2]) for match in _CONSTANT.finditer(body)}
    called = set(_CALLED.findall(body))
    # A traced module keeps no constants, but calls one function alone.
    return found | {"mode": called.pop().upper()} if "mode" not in found and len(called) == 1 else found


def _value(text: str) -> Any:
    if text in ("True", "False"):
        return text == "True"
    return text[1:-1] if text.startswith('"') else int(text)
