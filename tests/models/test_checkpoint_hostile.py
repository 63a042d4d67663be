"""Files that would run code, claim too much, or are broken: each refused with its own sentence, and cheaply."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import explorer
from tests.models.hostile_files import hostile_files

FILES = hostile_files(Path("canary"))
NAMES = list(FILES)
ROOT = Path(__file__).parents[2]
MEASURE = """
import json, os, sys
from pathlib import Path
import explorer, h5py
def peak():
    # The most this process ever held; what getrusage tells includes the process that started it.
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
def spent():
    return sum(os.times()[:4])  # with that of the processes it started
found, before = {}, peak()
for path in sorted(Path(sys.argv[1]).iterdir()):
    start = spent()
    try:
        explorer.load_checkpoint(path)
        said = None
    except explorer.CheckpointError as error:
        said = str(error)
    found[path.name] = (said, spent() - start, peak() - before)
print(json.dumps(found))
"""


class Refusal(NamedTuple):
    """What a file was refused with, and what that took."""

    said: str | None
    seconds: float
    megabytes: float


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Refusal]:
    """Every file opened in a process of its own: sentence, processor time, growth since the start."""
    folder, canary = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("canary") / "canary"
    for number, hostile in enumerate(hostile_files(canary).values()):
        (folder / f"{number:03}.pt").write_bytes(hostile.make())
    with (folder / "too-large.pt").open("wb") as file:
        file.truncate(200_000_001)
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not canary.exists(), "something was run"
    found = [Refusal(*one) for _, one in sorted(json.loads(run.stdout).items())]
    return dict(zip([*NAMES, "too large"], found, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_each_is_refused_with_its_own_sentence(name: str, refused: dict[str, Refusal]) -> None:
    said = refused[name].said
    assert said is not None
    assert re.search(FILES[name].said, said), said
    assert len(said) < 500
    assert "\n" not in said
    assert "weights_only" not in said
    assert "safe_globals" not in said


def test_they_are_many_and_told_apart(refused: dict[str, Refusal]) -> None:
    assert len(refused) >= 100
    assert len({one.said for one in refused.values()}) >= 80
    assert "the most is 200 MB" in str(refused["too large"].said)


def test_none_takes_long_or_much_memory(refused: dict[str, Refusal]) -> None:
    """The promise is 2 s and 300 MB; the time is the processor's, on whatever machine this is."""
    assert {name: one.seconds for name, one in refused.items() if one.seconds > 4} == {}
    assert max(one.megabytes for one in refused.values()) <= 300


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for source, said in (
        (tmp_path / "missing.pt", r"'missing\.pt' cannot be read"),
        (tmp_path, r"cannot be read"),
        (42, r"A int came"),
        (io.StringIO("text"), r"opened as text"),
    ):
        with pytest.raises(explorer.CheckpointError, match=said):
            explorer.load_checkpoint(source)
