"""The folder of one training: weights and card, losses, film, and what it takes to go on."""

import csv
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from explorer.errors import CheckpointError
from explorer.models.model.bundle import write_model
from explorer.training.fitting import Fitting, Weights

FRAMES = 24


class Folder:
    """Where one training keeps its files, all beginning with the model's name.

    Args:
        path: the folder; made where it does not exist.
        name: of the model, such as ``"brackets-lstm"``.

    Raises:
        CheckpointError: the folder cannot be written.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.film: dict[int, Weights] = {}
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._file("losses.csv").touch()
        except OSError as reason:
            raise self._unwritable(reason) from None

    def save_progress(self, fitting: Fitting) -> None:
        """Write the losses so far and what `resume` needs."""
        try:
            with self._file("losses.csv").open("w", encoding="utf-8", newline="") as lines:
                rows = csv.DictWriter(lines, ["step", "training_loss", "loss", "score", "gradient"])
                rows.writeheader()
                rows.writerows(fitting.history)
            unfinished = self._file("resume.pt.part")
            torch.save(fitting.state_dict() | {"film": self.film}, unfinished)
            unfinished.replace(self._file("resume.pt"))
        except OSError as reason:
            raise self._unwritable(reason) from None

    def resume(self, fitting: Fitting) -> None:
        """Let a training go on where this folder's stopped.

        Raises:
            CheckpointError: there is nothing to go on from, or it is damaged or of another training.
        """
        file = self._file("resume.pt")
        try:
            saved: dict[str, Any] = torch.load(file, weights_only=True)
            fitting.load_state_dict(saved)
            self.film = saved["film"]
        except FileNotFoundError:
            raise CheckpointError(f"{file} does not exist: start without --resume.") from None
        except Exception as reason:
            kind = type(reason).__name__
            raise CheckpointError(
                f"{file} is damaged or of another training ({kind}): delete it and start without --resume."
            ) from None

    def save_model(self, card: dict[str, Any], tensors: Weights) -> None:
        """Write the weights and the card, and the film where there is one."""
        write_model(self.path, self.name, card, tensors)
        if self.film:
            write_film(self.path, self.name, self.film)

    def _file(self, ending: str) -> Path:
        return self.path / f"{self.name}.{ending}"

    def _unwritable(self, reason: OSError) -> CheckpointError:
        return CheckpointError(f"{self.path} cannot be written ({reason.strerror}): choose another folder with --out.")


def frame_steps(steps: int, frames: int = FRAMES) -> set[int]:
    """The updates after which the film keeps a frame: closer together at the start, where most happens.

    At most so many frames: at the start, of few steps, several fall on the same one.
    """
    return {0, *(round(steps ** (frame / (frames - 2))) for frame in range(frames - 1))}


def write_film(folder: Path, name: str, film: dict[int, Weights]) -> None:
    """Write a training's weights along the way, in half precision, as ``name.film.safetensors``."""
    frames = {
        f"{step}/{key}": value.half().contiguous() for step, weights in film.items() for key, value in weights.items()
    }
    (folder / f"{name}.film.safetensors").write_bytes(save(frames))


def read_film(folder: Path, name: str) -> dict[int, Weights]:
    """The weights along a training by the number of updates before them, in order.

    Raises:
        CheckpointError: there is no film of that name, or it is damaged.
    """
    file = folder / f"{name}.film.safetensors"
    try:
        frames: dict[int, dict[str, Tensor]] = {}
        for key, value in load(file.read_bytes()).items():
            step, tensor = key.split("/", 1)
            frames.setdefault(int(step), {})[tensor] = value.float()
        return dict(sorted(frames.items()))
    except (OSError, SafetensorError, ValueError) as reason:
        raise CheckpointError(f"{file.name} cannot be read ({reason}): make it with --film.") from None
