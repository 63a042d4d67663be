"""Files stay small enough to read in one sitting, and every module is named after what it does."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
CATCH_ALLS = {"utils", "util", "helpers", "helper", "common", "core", "misc"}


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _longer_than(limit: int, paths: list[Path]) -> dict[str, int]:
    assert paths, "no files to look at"
    return {str(path.relative_to(ROOT)): _lines(path) for path in paths if _lines(path) > limit}


def test_no_module_is_longer_than_250_lines() -> None:
    assert _longer_than(250, sorted((ROOT / "explorer").rglob("*.py"))) == {}


def test_no_page_is_longer_than_80_lines() -> None:
    assert _longer_than(80, sorted((ROOT / "pages").glob("*.py"))) == {}


def test_the_frame_is_no_longer_than_a_page() -> None:
    assert _longer_than(80, [ROOT / "app.py"]) == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    modules = sorted((ROOT / "explorer").rglob("*.py"))
    named = {part for path in modules for part in path.relative_to(ROOT).with_suffix("").parts}
    assert "explorer" in named
    assert named & CATCH_ALLS == set()


def test_only_pages_lie_in_pages() -> None:
    strangers = [path.name for path in (ROOT / "pages").iterdir() if path.name != "__pycache__"]
    assert [name for name in strangers if not name.endswith(".py") or name.startswith("_")] == []


def test_files_to_take_along_have_one_door() -> None:
    """`explorer.ui.parts.download` lets each wait for its browser, under a name that nobody guesses."""
    using = [path for path in (ROOT / "explorer").rglob("*.py") if "st.download_button" in path.read_text("utf-8")]
    assert [path.relative_to(ROOT).as_posix() for path in using] == ["explorer/ui/parts/download.py"]
