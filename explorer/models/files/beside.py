"""The files that lie beside a checkpoint and hold its weights: those of its own folder, and those given with it."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from explorer.errors import CheckpointError
from explorer.models.files.limits import check_bytes, damaged, named


class Beside:
    """Reads parts of files that a checkpoint names, inside its own folder only.

    Args:
        given: files given with the checkpoint, by name.
        folder: where the checkpoint lies, or None where it came as bytes.
    """

    def __init__(self, given: Mapping[str, bytes] | None = None, folder: Path | None = None) -> None:
        self._given = {_last(name): data for name, data in (given or {}).items()}
        self._folder = folder
        self._read: dict[str, memoryview] = {}

    def part(self, place: str, offset: int, length: int | None, of: str) -> memoryview:
        """Bytes of another file.

        Args:
            place: the file as the checkpoint names it, relative to its own folder.
            offset: where they begin.
            length: how many, or None for all that follow.
            of: the tensor they are, for the message.

        Raises:
            CheckpointError: the file lies elsewhere, is not there, is too large, or is shorter than said.
        """
        if place not in self._read:
            self._read[place] = self._whole(place, of)
        data = self._read[place]
        stop = len(data) if length is None else offset + length
        if offset < 0 or stop < offset or stop > len(data):
            raise damaged(
                f"the tensor {named(of)} claims bytes {offset:,} to {stop:,} of {named(place)}, which has {len(data):,}"
            )
        return data[offset:stop]

    def _whole(self, place: str, of: str) -> memoryview:
        if _leads_out(place):
            raise _outside(place, of)
        data = self._given.get(_last(place))
        if data is None:
            data = self._from_folder(place, of)
        check_bytes(len(data) + sum(map(len, self._read.values())), f"The data in {named(place)}")
        return memoryview(data)

    def _from_folder(self, place: str, of: str) -> bytes:
        missing = CheckpointError(
            f"The tensor {named(of)} lies in a second file, {named(_last(place))}: keep it in the same folder as the "
            "model, or give both together."
        )
        if self._folder is None:
            raise missing
        try:
            folder = self._folder.resolve(strict=True)
            path = (folder / place).resolve(strict=True)
            if not path.is_relative_to(folder):
                raise _outside(place, of)
            if not path.is_file():
                raise missing
            check_bytes(path.stat().st_size, f"The file {named(path.name)}")
            return path.read_bytes()
        except (OSError, ValueError, RuntimeError) as reason:
            if isinstance(reason, CheckpointError):
                raise
            raise missing from None


def _last(place: str) -> str:
    return PureWindowsPath(place).name


def _leads_out(place: str) -> bool:
    """Whether a path is none, absolute on any system, or goes up."""
    windows = PureWindowsPath(place)
    return (
        not windows.name
        or "\0" in place
        or bool(windows.drive or windows.root)
        or PurePosixPath(place).is_absolute()
        or ".." in windows.parts
    )


def _outside(place: str, of: str) -> CheckpointError:
    return CheckpointError(
        f"The tensor {named(of)} lies in another file, which is never opened: {named(place)} is not inside the model's "
        "own folder."
    )
