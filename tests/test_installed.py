"""Installed from a wheel and used outside the folder: the library, what it prints, and the command."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from explorer import list_models

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what pip puts among the packages; what the package needs is there already."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    subprocess.run(wheel, check=True, capture_output=True)
    target = folder / "packages"
    (file,) = folder.glob("gate_explorer-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(file)], check=True, capture_output=True)
    return target


def run(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    # -P keeps the folder it is started in off the path.
    return subprocess.run(
        [sys.executable, "-P", *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=120,
        env={"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin", "HOME": str(cwd)},
    )  # fmt: skip


def readme_lines() -> str:
    """The README's notebook cell; figures are made and not shown."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    cell = text.split("```python\n")[1].split("```")[0]
    return cell.replace(".show()", "")


def test_the_notebook_lines_of_the_readme_run_from_a_wheel(installed: Path, tmp_path: Path) -> None:
    more = "print(explorer.__file__, len(explorer.list_models()), explorer.load_model('sst-gru'))"
    code = f"{readme_lines()}\n{more}"
    done = run(installed, "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(installed) in done.stdout
    assert f"{len(list_models())} Model(sst-gru: GRU" in done.stdout


def test_the_wheel_is_typed_and_carries_the_app(installed: Path) -> None:
    package = installed / "explorer"
    for file in ("py.typed", "home/app.py", "home/pages/gates.py", "home/assets/icon.svg",
                 "home/.streamlit/config.toml"):  # fmt: skip
        assert (package / file).is_file(), file
    (wheel,) = installed.parent.glob("*.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("tests")]


def test_the_command_says_what_it_does(installed: Path, tmp_path: Path) -> None:
    command = ["-c", "import sys; from explorer.launch import main; sys.exit(main(sys.argv[1:]))"]
    helped = run(installed, *command, "--help", cwd=tmp_path)
    assert helped.returncode == 0
    assert "--csv" in helped.stdout
    missing = run(installed, *command, "nowhere.pt", cwd=tmp_path)
    assert (missing.returncode, missing.stdout) == (2, "")
    assert missing.stderr == "There is no file 'nowhere.pt' here: check the path.\n"
