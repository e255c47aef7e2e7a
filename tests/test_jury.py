"""The jury: a second reference by hand, a joint score that no trap wins, and a blind sheet."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from core import cli
from core.bench import blind, joint, neighbours
from core.bench.joint import PASTED, UNCHANGED, Verdict
from core.bench.judges import Judges
from core.bench.references import ReferenceStep
from core.bridge.storage.paths import Installation
from core.features.network import FeatureNetwork
from tests import narrow, pictures


def tensor(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator)


def picture(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).unsqueeze(0) / 255


@pytest.fixture
def network() -> FeatureNetwork:
    """A VGG-19 of few channels, with random weights that keep the features' size."""
    return narrow.uniform((6, 6), (6, 6), (8,) * 4, (10,) * 4, (10,), dtype=torch.float32)


# --- NNST -----------------------------------------------------------------------------------------


def centred(vectors: np.ndarray) -> np.ndarray:
    moved = vectors - vectors.mean(axis=0)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True))


def test_the_nearest_hypercolumns_are_found_as_by_hand() -> None:
    own, style = tensor(30, 7), tensor(50, 7, seed=1) + 0.2
    similar = centred(own.numpy()) @ centred(style.numpy()).T
    expected = style.numpy()[similar.argmax(axis=1)]
    np.testing.assert_array_equal(neighbours.nearest(own, style).numpy(), expected)


def test_hypercolumns_have_every_layer_at_a_quarter_of_the_size(network: FeatureNetwork) -> None:
    content = tensor(1, 3, 48, 64)
    found = neighbours.hypercolumns(content, network)
    channels = [6] * 4 + [8] * 3 + [10] * 3
    assert found.shape == (12 * 16, sum(channels))
    first = network(content, ["relu1_1"])["relu1_1"] / 6
    corner = first[0, :, -1, -1]
    torch.testing.assert_close(found[-1, :6], corner)


def test_feature_splitting_matches_each_layer_by_itself(network: FeatureNetwork) -> None:
    content, style = tensor(1, 3, 40, 48), tensor(1, 3, 32, 48, seed=1)
    expected = 0.0
    for name in neighbours.LAYERS:
        own = network(content, [name])[name][0].flatten(1).T.numpy()
        turned = [network(style.rot90(turn, (2, 3)), [name])[name][0] for turn in range(4)]
        theirs = np.concatenate([part.flatten(1).T.numpy() for part in turned])
        expected += 1 - (centred(own) @ centred(theirs).T).max(axis=1).mean()
    layers = neighbours.turned_layers(style, network)
    found = neighbours.splitting_loss(content, layers, network, torch.Generator())
    assert float(found) == pytest.approx(expected, rel=1e-4)


def test_large_layers_are_sampled_on_a_grid(network: FeatureNetwork) -> None:
    content, style = tensor(1, 3, 72, 132), tensor(1, 3, 64, 64, seed=1)
    layers = neighbours.turned_layers(style, network)
    losses = {
        float(neighbours.splitting_loss(content, layers, network, torch.Generator().manual_seed(n)))
        for n in range(4)
    }
    assert len(losses) > 1 and max(losses) < 1.2 * min(losses)


def test_its_scales_descend_and_then_its_last_pass(
    network: FeatureNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "SAMPLED", 24)
    content, style = picture(pictures.photograph(96, 80)), picture(pictures.strokes())
    steps: list[ReferenceStep] = []
    painting = neighbours.paint(content, style, network, steps.append, steps=12)
    assert painting.shape == content.shape
    assert 0 <= float(painting.min()) <= float(painting.max()) <= 1
    passes = [steps[start : start + 12] for start in range(0, len(steps), 12)]
    assert [each[0].extent.long_side for each in passes] == [12, 24, 48, 96, 96]
    for each in passes:
        assert [step.number for step in each] == list(range(1, 13))
        assert each[-1].loss < each[0].loss
    again = neighbours.paint(content, style, network, lambda _: None, steps=12)
    torch.testing.assert_close(painting, again)


# --- the joint score ------------------------------------------------------------------------------


def test_neither_trap_beats_what_is_good_in_both() -> None:
    unchanged, pasted, painting = Verdict(1.0, 0.0), Verdict(0.1, 0.8), Verdict(0.6, 0.6)
    assert unchanged.joint(pasted) == pasted.joint(pasted) == 1
    assert painting.joint(pasted) == pytest.approx(0.75)
    for trap in (unchanged, pasted):
        assert sum(trap) < sum(painting), "a sum falls for it"
    assert Verdict(0.5, 0.6).joint(pasted) == painting.joint(pasted), "the worse of both counts"
    assert Verdict(0.6, 0.5).joint(pasted) < painting.joint(pasted)


def test_the_traps_are_the_best_for_one_judge_and_the_worst_for_the_other(
    installation: Installation,
) -> None:
    judges = Judges(installation.weights, torch.device("cpu"))
    content, style = picture(pictures.photograph(96, 80)), picture(pictures.strokes(side=96))
    found = {
        name: joint.verdict(judges, trap, content, style)
        for name, trap in joint.traps(content, style).items()
    }
    assert found[UNCHANGED] == pytest.approx((1, 0), abs=1e-4)
    assert found[PASTED].patches < 0.7 and found[PASTED].lpips > 0.4
    for each in found.values():
        assert each.joint(found[PASTED]) == pytest.approx(1, abs=1e-4)


# --- the blind sheet ------------------------------------------------------------------------------


def plain(*color: float) -> Tensor:
    return torch.tensor(color).view(1, 3, 1, 1).expand(1, 3, 20, 30)


def test_a_blind_sheet_hides_the_names_and_a_file_beside_it_tells_them(tmp_path: Path) -> None:
    colors = {"ours": (1.0, 0.0, 0.0), "theirs": (0.0, 1.0, 0.0), "others": (0.0, 0.0, 1.0)}
    paintings = {name: plain(*color) for name, color in colors.items()}
    rows = [blind.Row(f"pair {n}", plain(0, 0, 0), plain(1, 1, 0), paintings) for n in range(8)]
    path = tmp_path / "blind.png"
    blind.save(path, rows, random.Random(1))
    told = json.loads((tmp_path / "blind.png.names.json").read_text())
    assert list(told) == [row.name for row in rows]
    shown = np.asarray(Image.open(path).convert("RGB"))
    for name, color in colors.items():
        down, across = (shown == np.array(color) * 255).all(axis=2).nonzero()
        tops = sorted({int(y) for y in down})
        starts = [tops[n * 20] for n in range(8)]
        for row, top in zip(rows, starts, strict=True):
            column = int(across[down == top].min()) // (30 + 12) - 2
            assert told[row.name]["ABC"[column]] == name
    assert len({tuple(names.values()) for names in told.values()}) > 2, "no column is learnt"


def test_there_is_nothing_to_compare_in_estimates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bench", "--quick", "--blind", str(tmp_path / "blind.png")]) == 1
    assert "nothing to compare with --quick" in capsys.readouterr().err
    assert cli.main(["bench", "--blind", str(tmp_path / "none" / "blind.png")]) == 1
    assert "There is no folder" in capsys.readouterr().err
