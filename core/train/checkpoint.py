"""Checkpoints: one file with all that a training needs to continue bit for bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.storage.regular import is_no_file
from core.bridge.storage.whole import unwritable
from core.system.tensors import keep, read_kept
from core.train.training import Epoch, Trainer

_KEY = "training"


def write(path: Path, trainer: Trainer, digest: str) -> None:
    """Save a training between two epochs.

    Args:
        path: of the file, replaced.
        trainer: the training.
        digest: of its data.

    Raises:
        ImpastoError: it can't be written.
    """
    told = {"plan": asdict(trainer.plan), "data": digest, "past": trainer.past}
    tensors = {name: tensor.cpu() for name, tensor in _tensors(trainer).items()}
    try:
        keep(path, tensors, {_KEY: json.dumps(told)})
    except OSError as error:
        raise unwritable(path, error) from error


def resume(path: Path, trainer: Trainer, digest: str) -> None:
    """Bring a new training to the state of one that was saved.

    Args:
        path: of the file.
        trainer: the new training.
        digest: of its data.

    Raises:
        BadInput: there is no such file, or it is something else or of another training.
    """
    try:
        if is_no_file(path):  # a pipe would be waited for
            raise ValueError("it is not a file")
        kept, noted = read_kept(path)
        told = json.loads(noted[_KEY])
        past = [Epoch(float(loss), float(score)) for loss, score in told["past"]]
        plan, data = dict(told["plan"]), told["data"]
    except FileNotFoundError as error:
        raise BadInput("There is no {path} to go on from: leave --resume.", path=path) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            "{path} can't be gone on from ({reason}): remove it, and leave --resume.",
            path=path,
            reason=error,
        ) from error
    for name, value in asdict(trainer.plan).items():
        if plan.get(name) != value:
            raise BadInput(
                "{path} is of a training of the {name} {theirs} and not {ours}: give the same "
                "options, or leave --resume.",
                path=path,
                name=name,
                theirs=plan.get(name),
                ours=value,
            )
    if data != digest:
        raise BadInput("{path} is of a training with other pictures: leave --resume.", path=path)
    _restore(trainer, kept, path)
    trainer.past[:] = past


def _tensors(trainer: Trainer) -> dict[str, Tensor]:
    """The tensors of the model and of the optimizer, by name."""
    state = trainer.optimizer.state_dict()["state"]
    found = {f"model.{name}": value for name, value in trainer.model.state_dict().items()}
    for number, values in state.items():
        found |= {f"optimizer.{number}.{name}": value for name, value in values.items()}
    return found


def _restore(trainer: Trainer, kept: Mapping[str, Tensor], path: Path) -> None:
    """Copy each tensor into that of the new training, which keeps its memory layout."""
    _begin(trainer)
    there = _tensors(trainer)
    if {name: value.shape for name, value in there.items()} != {
        name: value.shape for name, value in kept.items()
    }:
        raise BadInput("{path} is of another model: leave --resume.", path=path)
    with torch.no_grad():
        for name, tensor in there.items():
            tensor.copy_(kept[name])


def _begin(trainer: Trainer) -> None:
    """Make the optimizer create its tensors, by a step of learning rate 0."""
    for group in trainer.optimizer.param_groups:
        group["lr"] = 0.0
    for parameter in trainer.model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    trainer.optimizer.step()
