"""``impasto train``: make a feature network of one's own."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from core.bridge.contract.errors import BadInput, Paused, Stopped
from core.bridge.contract.knobs import Knob
from core.bridge.contract.request import Progress
from core.bridge.contract.settings import DEVICES
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.bridge.storage.regular import is_folder
from core.bridge.storage.whole import check_whole
from core.commands.named import named
from core.commands.terminal import Bar, interruptible
from core.terminal import streams

if TYPE_CHECKING:
    from core.train.training import Trainer, TrainingPlan

TASKS = {
    "autoencoder": "learns to take noise off pictures; takes any pictures",
    "classifier": "learns to tell classes of pictures apart; takes a folder for each class",
}

KNOBS = (
    Knob("size", "int", 64, "Size", "Side of the pictures in pixels; a multiple of 8.",
         low=16, high=512),
    Knob("epochs", "int", 30, "Epochs", "How many times each picture is seen.",
         low=1, high=100_000),
    Knob("batch", "int", 64, "Batch", "Pictures in each step.", low=2, high=8192),
    Knob("rate", "float", 0.002, "Learning rate", "AdamW's highest learning rate.",
         low=1e-6, high=1.0),
    Knob("seed", "int", 0, "Seed", "Another number gives another network.", low=0, high=2**31 - 1),
)  # fmt: skip

SIZES = {"cifar10": 32}
"""The side of data sets' own pictures, which counts where nobody says another."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    tasks = parser.add_subparsers(required=True, metavar="TASK", dest="task")
    for task, help in TASKS.items():
        sentence = f"{help[0].upper()}{help[1:]}."
        _add_options(tasks.add_parser(task, help=help, description=sentence))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", required=True, metavar="DATA", help="cifar10, caltech101, or a folder of pictures"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=named,
        required=True,
        metavar="FILE",
        help="the .safetensors file to write; 'impasto stylize --network FILE' paints with it",
    )
    parser.add_argument(
        "--downloads",
        type=named,
        metavar="FOLDER",
        help="where data sets are looked for and stored",
    )
    for knob in KNOBS:
        help = f"{knob.help} {knob.span}, default: {knob.default:g}."
        kind = int if knob.kind == "int" else float
        parser.add_argument(f"--{knob.option}", type=kind, metavar="N", help=help)
    parser.add_argument("--device", default="auto", choices=tuple(DEVICES))
    parser.add_argument(
        "--resume", action="store_true", help="continue from the checkpoint beside FILE"
    )


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Train, and write the network.

    Raises:
        ImpastoError: the pictures can't be used, a download failed, a file can't be written ...
        Paused: Ctrl-C was pressed.
    """
    from core.engine.networks import Networks
    from core.train import checkpoint, sets
    from core.train.models import MODELS
    from core.train.training import Trainer

    plan = _plan(options)
    kept = _checkpoint(options)
    device = Networks.of(installation).device(options.device)
    bar = Bar()
    data = sets.load(
        options.data,
        options.downloads or installation.prefix / "datasets",
        plan.size,
        plan.seed,
        lambda fraction, text: bar.show(Progress(fraction, text)),
        classes=options.task == "classifier",
    )
    bar.clear()
    streams.say(f"{len(data.learnt)} pictures to learn from, {len(data.held)} to be tested by")
    trainer = Trainer(plan, MODELS[plan.task], data, device)
    digest = data.digest()
    if options.resume:
        checkpoint.resume(kept, trainer, digest)
    try:
        while len(trainer.past) < plan.epochs:
            _epoch(trainer, bar)
            checkpoint.write(kept, trainer, digest)
    except Stopped as error:
        done = len(trainer.past)
        held = f"{kept} holds {done} of {plan.epochs} epochs: go on with --resume"
        raise Paused(
            "interrupted; {held}.", held=held if done else "nothing was written"
        ) from error
    write(options.output, trainer)
    kept.unlink()
    score, blind = (
        trainer.model.told(value) for value in (trainer.past[-1].score, trainer.blind())
    )
    held = f"{len(data.held)} pictures held out"
    streams.say(f"{options.output}: {score} on {held} ({blind} {trainer.model.unlearnt})")


def _plan(options: argparse.Namespace) -> TrainingPlan:
    from core.train.models import STRIDE
    from core.train.training import TrainingPlan

    values = {knob.name: getattr(options, knob.name) for knob in KNOBS}
    values["size"] = values["size"] or SIZES.get(options.data)
    values = {
        knob.name: knob.default if values[knob.name] is None else knob.check(values[knob.name])
        for knob in KNOBS
    }
    if values["size"] % STRIDE:
        raise BadInput(
            "size is a multiple of {stride}, not {size}.", stride=STRIDE, size=values["size"]
        )
    return TrainingPlan(options.task, **values)


def _checkpoint(options: argparse.Namespace) -> Path:
    """Where this training's lies. Raises BadInput where the output can't be written."""
    output: Path = options.output
    if output.suffix != ".safetensors":
        raise BadInput(
            "{path}: a network is written to a file that ends in .safetensors.", path=output
        )
    if not is_folder(output.parent):
        raise BadInput(
            "There is no folder {folder} to write {name} into: make it.",
            folder=output.parent,
            name=output.name,
        )
    kept = output.with_name(f"{output.name}.checkpoint")
    try:
        check_whole(kept)  # whose name is longer than the output's
    except OSError as error:
        raise BadInput(
            "{path} can't be written: {reason}.", path=kept, reason=error.strerror or error
        ) from error
    if kept.exists() and not options.resume:
        raise BadInput(
            "{path} is of a training that was not finished: add --resume to go on, or remove it.",
            path=kept,
        )
    return kept


def _epoch(trainer: Trainer, bar: Bar) -> None:
    """One epoch, told about while it goes and when it is over."""
    started = time.monotonic()
    number, count = len(trainer.past), trainer.plan.epochs

    def show(share: float) -> None:
        seconds = time.monotonic() - started
        left = seconds * (count - number - share) / share
        told = Text("epoch {number} of {count}", number=number + 1, count=count)
        bar.show(Progress((number + share) / count, told, left))

    with interruptible() as should_stop:
        epoch = trainer.epoch(show, should_stop)
    bar.clear()
    seconds = time.monotonic() - started
    told = trainer.model.told(epoch.score)
    streams.say(f"epoch {number + 1} of {count}: loss {epoch.loss:.4f}; {told}; {seconds:.0f} s")


def write(output: Path, trainer: Trainer) -> None:
    """Write the network as it is. Raises ImpastoError where that can't be done."""
    from core.features import custom
    from core.features.descriptor import Chain, Trained
    from core.train.models import INPUT, ROLES, STEPS

    plan, model = trainer.plan, trainer.model
    result = model.told(trainer.past[-1].score)
    about = f"{plan.task}, pictures of {plan.size} px, {len(trainer.past)} epochs: {result}"
    network = Chain(plan.task, STEPS, Trained(plan.task, digest=""), ROLES)
    custom.write(output, network, model.encoder.tensors(), INPUT, about)
