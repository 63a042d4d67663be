"""Train a network, or judge those that are bundled.

python -m explorer.training brackets --cell lstm --seed 0
python -m explorer.training fit sst --cells lstm,gru,rnn --seeds 0,1,2
python -m explorer.training evaluate
"""

import argparse
import re
import sys
import time
from pathlib import Path

import torch

from explorer.errors import ExplorerError
from explorer.fitting import said
from explorer.models.model.bundle import place_of, read_card, read_weights
from explorer.places import TRAINED
from explorer.training import side_by_side
from explorer.training.card import judge, make_card, restored, stored
from explorer.training.fitting import Fitting, Progress
from explorer.training.folder import Folder, frame_steps
from explorer.training.learner import KINDS
from explorer.training.tasks import TASKS, make_task
from explorer.training.zoo import as_line, judge_again, write_document, zoo_names

BAR = 30


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 where all went well, 2 with one sentence on the terminal where not."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["fit"]:
        return side_by_side.main(given[1:])
    asked = _parser().parse_args(given)
    torch.set_num_threads(1)
    try:
        if asked.task == "evaluate":
            _evaluate()
        else:
            _train(asked)
    except ExplorerError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _evaluate() -> None:
    judged = []
    for name in zoo_names():
        judged.append(judge_again(name))
        print(as_line(judged[-1]), flush=True)
    print(f"The table is in {write_document(judged).name}.")


def _train(asked: argparse.Namespace) -> None:
    task = make_task(asked.task)
    fitting = Fitting(task, asked.cell, asked.seed, asked.steps)
    folder = Folder(asked.out, _name(asked))
    if asked.begin:
        place = place_of(asked.begin).folder
        fitting.begin_from(read_weights(place, asked.begin), read_card(place, asked.begin)["provenance"])
    if asked.resume:
        folder.resume(fitting)
    try:
        _drive(fitting, folder, asked.film)
    except KeyboardInterrupt:
        fitting.check()
        print("\nStopped; what there is is kept.", file=sys.stderr)
    folder.save_progress(fitting)
    tensors = stored(task, fitting.best)
    metrics = judge(task, restored(task, asked.cell, tensors))
    command = f"python -m explorer.training {task.name} --cell {asked.cell} --seed {fitting.seed}"
    if fitting.steps != task.course.steps:
        command += f" --steps {fitting.steps}"
    command += f" --from {asked.begin}" if asked.begin else ""
    command += f" --name {asked.name}" if asked.name else ""
    folder.save_model(make_card(fitting, metrics, command, asked.name), tensors)
    print(f"{folder.name}: " + ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()))
    print(_where(asked.out, folder.name))


def _name(asked: argparse.Namespace) -> str:
    """What the model is to be called.

    Raises:
        ExplorerError: a link or a file cannot carry that name.
    """
    if asked.name and not re.fullmatch(r"(?!random$|uploaded)[A-Za-z0-9_-]{1,60}", asked.name):
        raise ExplorerError(f"--name {said(asked.name)}: give up to 60 letters, digits, - or _ (not random).")
    return str(asked.name or f"{asked.task}-{asked.cell}")


def _where(folder: Path, name: str) -> str:
    """Where the model is found now."""
    if folder.resolve() != TRAINED.resolve():
        return f"The app looks for models in {TRAINED}, not in {folder}."
    if place_of(name).folder.resolve() != TRAINED.resolve():
        return f"The app goes on showing the bundled {name}: give --name to have this one beside it."
    return f"The app offers it as {name}, and so does explorer.load_model({name!r})."


def _drive(fitting: Fitting, folder: Folder, film: bool) -> None:
    """Let it train to its end, with a bar on the terminal."""
    frames = frame_steps(fitting.steps) if film else set()
    before, started = fitting.seconds, time.perf_counter()
    if fitting.step in frames:
        folder.film[fitting.step] = fitting.weights()
    for progress in fitting:
        fitting.seconds = before + time.perf_counter() - started
        if progress.step in frames:
            folder.film[progress.step] = fitting.weights()
        if progress.checked:
            folder.save_progress(fitting)
            _show(folder.name, progress, fitting.seconds)


def _show(name: str, progress: Progress, seconds: float) -> None:
    assert progress.checked is not None
    done = BAR * progress.step // progress.steps
    print(
        f"\r{name} [{'#' * done}{'.' * (BAR - done)}] {progress.step}/{progress.steps}  {seconds:.0f} s  "
        f"loss {progress.checked['training_loss']:.4f}  held out {progress.checked['loss']:.4f}, "
        f"{progress.checked['score']:.4f}  ",
        end="\n" if progress.step == progress.steps else "",
        file=sys.stderr,
        flush=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m explorer.training", description=__doc__.splitlines()[0])
    parser.add_argument(
        "task",
        help=f"{', '.join(TASKS)}; fit: twins side by side; evaluate: judge the bundled models and write docs/zoo.md",
    )
    parser.add_argument("--cell", default=next(iter(KINDS)), help=f"{', '.join(KINDS)} (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of weights and data (default 0)")
    parser.add_argument("--steps", type=int, default=None, help="updates of the weights (default: the task's own)")
    parser.add_argument(
        "--out",
        type=Path,
        default=TRAINED,
        help="folder of its files (default runs, where the app looks)",
    )
    parser.add_argument("--from", dest="begin", default="", help="a model at hand whose weights it begins with")
    parser.add_argument("--name", default="", help="of the model (default the task's and the cell's)")
    parser.add_argument("--film", action="store_true", help="also keep the weights along the way")
    parser.add_argument("--resume", action="store_true", help="go on where the run in --out stopped")
    return parser


if __name__ == "__main__":
    sys.exit(main())
