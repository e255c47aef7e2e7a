"""Training, held-out pictures and checkpoints, on small pictures that are drawn here."""

from __future__ import annotations

import argparse
import hashlib
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional
from torchvision.datasets import CIFAR10

from core.bridge.contract.errors import BadInput, ImpastoError, Stopped
from core.bridge.storage.paths import Installation
from core.commands import train as command
from core.features import custom, known
from core.features.chain import ChainNetwork
from core.features.regions import StyledMask, WeightedStyle
from core.features.weights.folding import fold_normalization
from core.painterly.optimize import paint
from core.painterly.recipe import Recipe
from core.pixels.imaging import Picture
from core.system.tensors import keep, read_kept
from core.train import checkpoint, sets
from core.train.models import MODELS, Encoder
from core.train.pictures import Data, check_memory
from core.train.training import Trainer, TrainingPlan, augmented, schedule

CPU = torch.device("cpu")


def _stripes(down: bool, seed: int, side: int = 24) -> Image.Image:
    """Stripes of some width and colours, upright or lying."""
    generator = np.random.default_rng(seed)
    waves = np.sin(np.arange(side) * generator.uniform(0.8, 1.6) + generator.uniform(0, 6))
    colors = generator.uniform(0, 255, (2, 3))
    share = (np.tile(waves[:, None], (1, side)) > 0)[..., None]
    picture = np.where(share, *colors) + generator.normal(0, 12, (side, side, 3))
    if down:
        picture = picture.transpose(1, 0, 2)
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two classes, and a file that is not a picture."""
    folder = tmp_path_factory.mktemp("stripes")
    for name, down in (("lying", False), ("upright", True)):
        (folder / name).mkdir()
        for seed in range(30):
            _stripes(down, seed + 100 * down).save(folder / name / f"{seed:02}.png")
    (folder / "lying" / "notes.txt").write_text("no picture")
    return folder


def _load(folder: Path, *, classes: bool = True, size: int = 16, seed: int = 0) -> Data:
    return sets.load(str(folder), folder, size, seed, lambda *_: None, classes=classes)


@pytest.fixture(scope="session")
def data(folder: Path) -> Data:
    return _load(folder)


PLAN = TrainingPlan("classifier", size=16, epochs=8, batch=8, rate=0.003, seed=0)


def _trainer(data: Data, **changes: object) -> Trainer:
    plan = replace(PLAN, **changes)  # type: ignore[arg-type]
    return Trainer(plan, MODELS[plan.task], data, CPU)


def _run(trainer: Trainer, epochs: int) -> None:
    for _ in range(epochs):
        trainer.epoch(lambda share: None, lambda: False)


# --- what is learnt -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def classifier(data: Data) -> Trainer:
    trainer = _trainer(data)
    _run(trainer, PLAN.epochs)
    return trainer


def test_a_classifier_learns_what_it_was_not_shown(classifier: Trainer) -> None:
    """More pictures than six, which would all be guessed right once in 64 times."""
    assert classifier.past[-1].loss < 0.7 * classifier.past[0].loss
    assert classifier.blind() == 0.5
    fresh = [_stripes(down, seed) for seed in range(1000, 1020) for down in (False, True)]
    pixels = np.stack([np.asarray(picture.resize((16, 16))) for picture in fresh])
    pictures = torch.from_numpy(pixels).permute(0, 3, 1, 2) / 255
    labels = torch.arange(40) % 2
    with torch.no_grad():
        right = float(classifier.model.eval().score(pictures, labels).sum())
    assert right >= 30  # 30 of 40 by guessing: 1 in 900


def test_an_autoencoder_comes_nearer_to_what_it_was_not_shown(data: Data) -> None:
    trainer = _trainer(data, task="autoencoder", epochs=12)
    _run(trainer, 12)
    assert trainer.past[-1].loss < 0.8 * trainer.past[0].loss
    assert trainer.past[-1].score < 0.7 * trainer.past[0].score


def test_blind_is_what_the_mean_color_scores(data: Data) -> None:
    trainer = _trainer(data, task="autoencoder")
    pixels = data.held.pixels.double() / 255
    away = pixels - pixels.mean(dim=(2, 3), keepdim=True)
    assert trainer.blind() == pytest.approx(float(away.square().mean()), rel=1e-5)


def test_the_file_gives_the_features_that_were_trained(classifier: Trainer, tmp_path: Path) -> None:
    """With the input and the normalisations folded, every layer has the same values."""
    encoder = classifier.model.encoder
    command.write(tmp_path / "net.safetensors", classifier)
    network, tensors = custom.read(tmp_path / "net.safetensors")
    picture = torch.rand(1, 3, 48, 40)
    found = ChainNetwork(network, tensors)(picture, network.layers)
    flow = (picture - encoder.mean) / encoder.deviation
    classifier.model.eval()
    with torch.no_grad():
        for name, layer in encoder.layers.named_children():
            flow = layer(flow)
            if name in found:
                scale = float(flow.max())
                torch.testing.assert_close(found[name] / scale, flow / scale, rtol=0, atol=1e-5)
    assert len(found) == 8


def test_a_picture_is_painted_with_a_trained_network(classifier: Trainer, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    command.write(path, classifier)
    network, tensors = known.load(str(path), tmp_path)
    roles = network.roles
    recipe = Recipe(roles.style, roles.content, roles.matching, steps=12, coarsest=64)
    content = Picture(torch.rand(1, 3, 64, 64), torch.ones(1, 1, 64, 64))
    style = torch.stack([torch.from_numpy(np.asarray(_stripes(True, 1, side=64)).copy())])
    styles = (WeightedStyle(Picture(style.permute(0, 3, 1, 2) / 255, content.alpha), 1.0),)
    losses: list[float] = []
    painted = paint(
        content, StyledMask(content.alpha, styles), ChainNetwork(network, tensors), recipe,
        lambda at: losses.append(at.losses["style"]), lambda: False,
    )  # fmt: skip
    assert bool(painted.isfinite().all())
    assert losses[-1] < 0.6 * losses[0]


def test_a_normalization_is_folded_exactly() -> None:
    """Compared with the module itself in float64."""
    generator = torch.Generator().manual_seed(4)
    convolution = nn.Conv2d(3, 5, 3, padding=1, bias=False)
    norm = nn.BatchNorm2d(5).eval()
    for values in (norm.running_mean, norm.running_var, norm.weight, norm.bias):
        assert values is not None
        values.data = torch.rand(5, generator=generator) + 0.5
    weight, bias = fold_normalization(convolution.weight, norm)
    picture = torch.rand(2, 3, 9, 9, dtype=torch.float64)
    with torch.no_grad():
        expected = norm.double()(convolution.double()(picture))
    found = functional.conv2d(picture, weight.double(), bias.double(), padding=1)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)


def test_a_loss_beyond_all_numbers_ends_in_a_sentence(data: Data) -> None:
    trainer = _trainer(data)
    next(iter(trainer.model.parameters())).data.fill_(torch.nan)
    with pytest.raises(ImpastoError, match="In epoch 1 the loss grew beyond all numbers"):
        _run(trainer, 1)


# --- checkpoints --------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["classifier", "autoencoder"])
def test_a_training_that_was_interrupted_ends_with_the_same_bits(
    data: Data, tmp_path: Path, task: str
) -> None:
    """Weights, running means and the optimizer's moments, after a stop within an epoch."""
    whole = _trainer(data, task=task, epochs=3)
    _run(whole, 3)
    broken = _trainer(data, task=task, epochs=3)
    _run(broken, 1)
    checkpoint.write(tmp_path / "x.checkpoint", broken, data.digest())
    asked = iter([False, True])
    with pytest.raises(Stopped):
        broken.epoch(lambda share: None, lambda: next(asked))
    again = _trainer(data, task=task, epochs=3)
    checkpoint.resume(tmp_path / "x.checkpoint", again, data.digest())
    assert again.past == whole.past[:1]
    _run(again, 2)
    assert again.past == whole.past
    for name, value in whole.model.state_dict().items():
        assert torch.equal(again.model.state_dict()[name], value), name
    states = [trainer.optimizer.state_dict()["state"] for trainer in (whole, again)]
    for number, values in states[0].items():
        for name, value in values.items():
            assert torch.equal(states[1][number][name], value), (number, name)


def test_what_can_be_trained_is_what_there_is() -> None:
    assert set(command.TASKS) == set(MODELS)


def test_seeds_decide(data: Data) -> None:
    first, same, other = (_trainer(data, seed=seed, epochs=1) for seed in (1, 1, 2))
    for trainer in (first, same, other):
        _run(trainer, 1)
    assert first.past == same.past
    assert first.past != other.past


def _flipped(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _of_something_else(path: Path) -> None:
    save_file({"a": torch.zeros(2)}, path)


def _without_a_tensor(path: Path) -> None:
    tensors, told = read_kept(path)
    tensors.popitem()
    keep(path, tensors, told)


def _with_a_changed_tensor(path: Path) -> None:
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    tensors = {name: value.clone() for name, value in load_file(path).items()}
    next(iter(tensors.values())).add_(1)
    save_file(tensors, path, metadata)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Path.unlink, r"There is no .*x\.checkpoint to go on from"),
        (_flipped, r"x\.checkpoint can't be gone on from"),
        (_of_something_else, r"x\.checkpoint can't be gone on from"),
        (_with_a_changed_tensor, r"x\.checkpoint can't be gone on from \(it is damaged\)"),
        (_without_a_tensor, r"x\.checkpoint is of another model"),
    ],
)
def test_a_checkpoint_that_is_none_is_refused(
    data: Data, tmp_path: Path, change: Callable[[Path], None], reason: str
) -> None:
    trainer, path = _trainer(data), tmp_path / "x.checkpoint"
    checkpoint.write(path, trainer, data.digest())
    change(path)
    with pytest.raises(BadInput, match=reason) as error:
        checkpoint.resume(path, trainer, data.digest())
    assert "\n" not in str(error.value)


def test_a_checkpoint_of_another_training_is_refused(data: Data, tmp_path: Path) -> None:
    path = tmp_path / "x.checkpoint"
    checkpoint.write(path, _trainer(data), data.digest())
    with pytest.raises(BadInput, match=r"of a training of the rate 0\.003 and not 0\.1: give the"):
        checkpoint.resume(path, _trainer(data, rate=0.1), data.digest())
    with pytest.raises(BadInput, match="of a training with other pictures"):
        checkpoint.resume(path, _trainer(data), _load_digest(data))


def _load_digest(data: Data) -> str:
    pixels = data.held.pixels.clone()
    pixels[0, 0, 0, 0] ^= 1
    return replace(data, held=replace(data.held, pixels=pixels)).digest()


# --- pictures -----------------------------------------------------------------------------------


def test_a_folders_pictures_are_split_by_class(data: Data) -> None:
    assert data.classes == ("lying", "upright")
    assert (len(data.learnt), len(data.held)) == (54, 6)
    assert data.held.labels.bincount().tolist() == [3, 3]
    learnt = {picture.numpy().tobytes() for picture in data.learnt.pixels}
    held = {picture.numpy().tobytes() for picture in data.held.pixels}
    assert len(learnt | held) == 60


def test_what_is_no_picture_is_skipped_and_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _load(folder, classes=False)
    assert len(found.learnt) + len(found.held) == 60
    told = capsys.readouterr().out
    assert told == "Skipped 1 of 61 files, as they are no pictures: notes.txt\n"


def test_a_picture_of_any_shape_and_mode_is_cut_to_its_middle(tmp_path: Path) -> None:
    wide = np.zeros((10, 90, 3), np.uint8)
    wide[:, 40:50] = (10, 200, 30)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    Image.fromarray(wide.transpose(1, 0, 2)).convert("P").save(tmp_path / "tall.png")
    Image.new("L", (33, 30), 77).save(tmp_path / "gray.jpg")
    found = _load(tmp_path, classes=False)
    pixels = torch.cat([found.learnt.pixels, found.held.pixels])
    middles = sorted(pixels[:, :, 8, 8].tolist())
    assert middles[0][1] > 195 and middles[1][1] > 195
    assert middles[2] == [77, 77, 77]
    assert pixels.shape == (3, 3, 16, 16)


def test_augmented_pictures_are_moved_or_mirrored_and_nothing_else() -> None:
    picture = torch.rand(1, 3, 16, 16)
    wide = functional.pad(picture, (2,) * 4, mode="reflect")
    places = [wide[0, :, y : y + 16, x : x + 16] for y in range(5) for x in range(5)]
    known_ones = torch.stack(places + [place.flip(-1) for place in places])
    found = augmented(picture.expand(200, 3, 16, 16), torch.Generator().manual_seed(0))
    same = (found[:, None] == known_ones[None]).flatten(2).all(dim=2)
    assert bool(same.any(dim=1).all())
    assert int(same.any(dim=0).sum()) > 40


def test_the_rate_rises_and_falls() -> None:
    rates = [schedule(step, 100) for step in range(100)]
    assert max(rates) == rates[10] == 1.0
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[0] < 0.1 and 0 < rates[-1] < 0.001


def _made(folder: Path, **classes: int) -> Path:
    for name, count in classes.items():
        (folder / name).mkdir()
        for seed in range(count):
            _stripes(True, seed).save(folder / name / f"{seed}.png")
    return folder


@pytest.mark.parametrize(
    ("classes", "reason"),
    [
        ({}, "has 0 folders of pictures: make one for each class"),
        ({"a": 3}, "has 1 folders of pictures"),
        ({"a": 3, "b": 1}, "There are 1 pictures in the class 'b' in .*: at least two are needed"),
        ({"a": 3, "b": 0}, "There are 0 pictures in the class 'b'"),
    ],
)
def test_a_folder_without_classes_is_refused(
    tmp_path: Path, classes: dict[str, int], reason: str
) -> None:
    with pytest.raises(BadInput, match=reason):
        _load(_made(tmp_path, **classes))


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"There are 0 pictures in .*: at least two are needed"):
        _load(tmp_path, classes=False)
    with pytest.raises(BadInput, match=r"There is no folder .*missing: give one, or cifar10 or"):
        _load(tmp_path / "missing")
    with pytest.raises(BadInput, match="60 pictures of 8000 px take 12 GB of memory"):
        check_memory(60, 8000)


# --- torchvision's data sets --------------------------------------------------------------------


def test_cifar_10_is_read_by_torchvision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files like its own, with their own hashes in torchvision's lists."""
    batches = tmp_path / "cifar-10-batches-py"
    batches.mkdir()
    generator = np.random.default_rng(0)
    pixels = {name: generator.integers(0, 256, (6, 3072), np.uint8) for name in ("one", "two")}
    listed = []
    for name, values in pixels.items():
        listed.append([name, _pickled(batches / name, {"data": values, "labels": [0, 1, 2] * 2})])
    meta = _pickled(batches / "meta", {"label_names": ["cat", "dog", "ship"]})
    monkeypatch.setattr(CIFAR10, "train_list", listed[:1])
    monkeypatch.setattr(CIFAR10, "test_list", listed[1:])
    monkeypatch.setattr(CIFAR10, "meta", {"filename": "meta", "key": "label_names", "md5": meta})
    found = sets.load("cifar10", tmp_path, 32, 0, lambda *_: None, classes=True)
    assert found.classes == ("cat", "dog", "ship")
    assert found.held.labels.tolist() == [0, 1, 2, 0, 1, 2]
    np.testing.assert_array_equal(found.learnt.pixels.numpy().reshape(6, -1), pixels["one"])
    assert sets.load("cifar10", tmp_path, 16, 0, lambda *_: None, classes=True).learnt.pixels.shape[
        2:
    ] == (16, 16)


def _pickled(path: Path, value: object) -> str:
    path.write_bytes(pickle.dumps(value))
    return hashlib.md5(path.read_bytes()).hexdigest()


def test_caltech_101_is_read_without_what_is_no_class(tmp_path: Path) -> None:
    pictures = tmp_path / "caltech101" / "101_ObjectCategories"
    pictures.mkdir(parents=True)
    _made(pictures, BACKGROUND_Google=3, anchor=3, barrel=4)
    for task in (True, False):
        found = sets.load("caltech101", tmp_path, 16, 0, lambda *_: None, classes=task)
        assert found.classes == ("anchor", "barrel")
        assert len(found.learnt) + len(found.held) == 7


@pytest.mark.parametrize("name", ["cifar10", "caltech101"])
def test_a_data_set_that_cannot_be_downloaded_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for proxy in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")
    with pytest.raises(ImpastoError, match=r"can't be downloaded .* or train on a folder") as error:
        sets.load(name, tmp_path, 32, 0, lambda *_: None, classes=True)
    assert "\n" not in str(error.value)


# --- the command --------------------------------------------------------------------------------


def _command(*arguments: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    return parser.parse_args([str(argument) for argument in arguments])


SMALL = ("--size", 16, "--epochs", 2, "--batch", 16, "--device", "cpu")


def test_the_command_trains_goes_on_and_tells(
    folder: Path, tmp_path: Path, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    """An interrupted training that resumes from its checkpoint gives the same file."""
    one, two = tmp_path / "one.safetensors", tmp_path / "two.safetensors"
    command.run(_command("classifier", "--data", folder, "-o", one, *SMALL), installation)
    told = capsys.readouterr().out
    assert "54 pictures to learn from, 6 to be tested by" in told
    assert "epoch 2 of 2: loss " in told
    assert "% right on 6 pictures held out (50.0 % right by chance)" in told

    data = _load(folder)
    plan = TrainingPlan("classifier", 16, 2, 16, 0.002, 0)
    broken = Trainer(plan, MODELS["classifier"], data, CPU)
    _run(broken, 1)
    kept = tmp_path / "two.safetensors.checkpoint"
    checkpoint.write(kept, broken, data.digest())
    go_on = ("classifier", "--data", folder, "-o", two, *SMALL)
    with pytest.raises(BadInput, match="of a training that was not finished: add --resume"):
        command.run(_command(*go_on), installation)
    command.run(_command(*go_on, "--resume"), installation)
    assert known.by_name(str(one)) == known.by_name(str(two))  # digests of all weights with it
    assert not list(tmp_path.glob("*.checkpoint"))
    assert known.by_name(str(one)).name == "classifier"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--size", 20), "size is a multiple of 8, not 20"),
        (("--size", 8), "size is between 16 and 512, not 8"),
        (("--epochs", 0), "epochs is between 1 and"),
        (("--batch", 1), "batch is between 2 and"),
        (("--rate", "nan"), "rate is between"),
        (("-o", "net.pth"), "net.pth: a network is written to a file that ends in .safetensors"),
        (("-o", "missing/net.safetensors"), "There is no folder missing"),
        (("-o", f"{'n' * 240}.safetensors"), "can't be written: its name is too long"),
        (("--resume",), "There is no .*net.safetensors.checkpoint to go on from"),
    ],
)
def test_options_that_cannot_be_are_one_sentence(
    folder: Path,
    tmp_path: Path,
    installation: Installation,
    arguments: tuple[object, ...],
    reason: str,
) -> None:
    given = ("--data", folder, "-o", tmp_path / "net.safetensors", *SMALL, *arguments)
    with pytest.raises(BadInput, match=reason):
        command.run(_command("classifier", *given), installation)
    assert not list(tmp_path.iterdir())


def test_the_encoder_gives_the_layers_names() -> None:
    names = set(Encoder().tensors())
    assert {"conv1_1.weight", "conv4_2.bias"} <= names
    assert len(names) == 16
