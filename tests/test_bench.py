"""The benchmark's judges and references against formulas written out by hand; no time is tested."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from core import cli
from core.bench import children, convolutions, judges, references, report, subjects
from core.bench.drawn import drawn
from core.bench.judges import Judges, patch_distance, perceptual_distance
from core.bench.measure import by_turns, ratio
from core.bench.references import GatysLoss, WassersteinLoss, paint_gatys, paint_wasserstein
from core.bench.report import Figure
from core.bench.subjects import throughput
from core.bench.subjects.gatys import TracedGatysLoss
from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.session.view import Patch, View
from core.bridge.storage.paths import Installation
from core.commands import bench as command
from core.features.chain import ChainNetwork
from core.features.convolutions import choice
from core.features.convolutions.winograd import Winograd
from core.features.descriptor import Chain
from core.features.models.alexnet import ALEXNET
from core.features.models.vgg19 import VGG19
from core.features.network import FeatureNetwork
from core.features.weights import store
from core.pixels import sheet
from tests import narrow, pictures
from tests.pictures import saved


def tensor(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64)


@pytest.fixture
def network() -> FeatureNetwork:
    """A VGG-19 of few channels in float64, with random weights that keep the features' size."""
    return narrow.uniform((8, 8), (8, 8), (12,) * 4, (16,) * 4, (16,), dtype=torch.float64)


@pytest.fixture(scope="module")
def jury(installation: Installation) -> Judges:
    return Judges(installation.weights, torch.device("cpu"))


# --- judges -------------------------------------------------------------------------------------


def test_patches_are_compared_as_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judges, "_ROWS", 4)
    one, other = tensor(11, 6), tensor(7, 6, seed=1) - 0.3

    def nearest(a: np.ndarray, others: np.ndarray) -> float:
        return min(1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b) for b in others)

    there = np.mean([nearest(a, other.numpy()) for a in one.numpy()])
    back = np.mean([nearest(b, one.numpy()) for b in other.numpy()])
    assert patch_distance(one, other) == pytest.approx((there + back) / 2, abs=1e-12)
    assert there != pytest.approx(back)


def test_lpips_is_as_by_hand() -> None:
    one, other = tensor(1, 5, 3, 4), tensor(1, 5, 3, 4, seed=1)
    weights = tensor(1, 5, 1, 1, seed=2)
    total = 0.0
    for y in range(3):
        for x in range(4):
            a, b = one[0, :, y, x].numpy(), other[0, :, y, x].numpy()
            difference = a / np.linalg.norm(a) - b / np.linalg.norm(b)
            total += float(weights.flatten().numpy() @ difference**2)
    assert perceptual_distance(one, other, weights) == pytest.approx(total / 12, abs=1e-9)


def test_the_judges_know_style_from_content(jury: Judges) -> None:
    content, style = tensor(1, 3, 96, 96).float(), tensor(1, 3, 96, 96, seed=1).float()
    content = torch.nn.functional.avg_pool2d(content, 9, 1, 4)
    assert jury.content(content, content) == 0
    assert jury.style(style, content, style) == pytest.approx(0, abs=1e-4)
    assert jury.style(content, content, style) == pytest.approx(1)
    halfway = (content + style) / 2
    assert 0 < jury.style(halfway, content, style) < 1
    assert 0 < jury.content(halfway, content) < jury.content(style, content)


def test_the_judges_see_the_same_style_elsewhere(jury: Judges) -> None:
    """The places of patches do not count: a shifted style stays the style."""
    style = torch.from_numpy(np.asarray(pictures.strokes()) / 255.0).float()
    style = style.permute(2, 0, 1).unsqueeze(0)
    content = tensor(1, 3, 96, 96).float()
    moved = style.roll((32, 48), dims=(2, 3))
    assert jury.style(moved, content, style) < 0.5  # the border takes its part
    assert jury.content(moved, style) > 0.2


def test_a_patch_is_drawn_where_it_lies_also_within_a_pixel() -> None:
    """A ramp that begins in the middle of a pixel goes on there, and its edge is no paint's."""
    before = Pixels(Extent(20, 2), PixelFormat("RGB"), bytes(20 * 2 * 3))
    ramp = bytes(value for column in range(15) for value in (*[10 * column] * 3, 255)) * 2
    place = Box(3, 0, 30, 4)
    patch = Patch(Pixels(Extent(15, 2), PixelFormat("RGBA"), ramp), place)
    seen = 255 * drawn(View(before, Box(0, 0, 40, 4), patches=(patch,)))
    wanted = [0.0, 0.0, *(10 * (column - 1.5) for column in range(2, 16)), 0.0, 0.0, 0.0, 0.0]
    wanted[2] = 5.0
    assert torch.allclose(seen[0, 0, 0], torch.tensor(wanted), atol=0.01)


# --- references ---------------------------------------------------------------------------------


def test_both_ways_to_a_root_agree_and_have_the_right_slope() -> None:
    basis = tensor(12, 40)
    matrix = basis @ basis.T / 40 + 0.05 * torch.eye(12)
    values = np.linalg.eigvalsh(matrix.numpy())
    for trace, inverse in (references.by_eigenvalues(matrix), references.by_iteration(matrix, 30)):
        assert float(trace) == pytest.approx(np.sqrt(values).sum(), rel=1e-9)
        product = inverse @ inverse @ matrix
        np.testing.assert_allclose(product.numpy(), np.eye(12), atol=1e-7)
    matrix.requires_grad_()

    def of_symmetric(free: torch.Tensor) -> torch.Tensor:
        return references.root_trace((free + free.T) / 2)

    assert torch.autograd.gradcheck(of_symmetric, (matrix,), eps=1e-6, atol=1e-6)


def covariance(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    flat = features.reshape(features.shape[1], -1)
    return flat.mean(axis=1), np.cov(flat, bias=True) + 1e-4 * np.eye(len(flat))


def root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(values.clip(0))) @ vectors.T)


def test_wasserstein_loss_is_as_by_hand(network: FeatureNetwork) -> None:
    picture, content, style = (tensor(1, 3, 48, 48, seed=seed) for seed in range(3))
    layers = list(references.STYLE_LAYERS)
    own, wanted = network(picture, [*layers, "relu4_2"]), network(style, layers)
    there = network(content, ["relu4_2"])["relu4_2"]
    expected = 0.015 * float(((own["relu4_2"] - there) ** 2).mean())
    for name, weight in zip(layers, (256, 64, 16, 4, 1), strict=True):
        mean, spread = covariance(own[name].numpy())
        mean_wanted, spread_wanted = covariance(wanted[name].numpy())
        r = root(spread_wanted)
        distance = ((mean - mean_wanted) ** 2).sum()
        distance += np.trace(spread + spread_wanted - 2 * root(r @ spread @ r))
        expected += weight / 341 * distance / len(mean)
    pixels = picture[0].numpy()
    expected += 2 * sum((np.diff(pixels, axis=axis) ** 2).mean() for axis in (1, 2))
    loss = WassersteinLoss(content, style, network)
    gradient, losses = loss.gradient(picture)
    assert sum(losses.values()) == pytest.approx(expected, rel=1e-6)
    direction = tensor(1, 3, 48, 48, seed=9) - 0.5
    ahead, behind = (sum(loss.gradient(picture + h * direction)[1].values()) for h in (1e-5, -1e-5))
    slope = float((gradient * direction).sum())
    assert slope == pytest.approx((ahead - behind) / 2e-5, rel=5e-3)


def test_gatys_loss_is_as_by_hand(network: FeatureNetwork) -> None:
    picture, content = tensor(1, 3, 48, 64), tensor(1, 3, 48, 64, seed=1)
    style = tensor(1, 3, 64, 32, seed=2)
    layers = list(references.STYLE_LAYERS)
    own, wanted = network(picture, [*layers, "relu4_2"]), network(style, layers)
    there = network(content, ["relu4_2"])["relu4_2"]
    expected = float(((own["relu4_2"] - there) ** 2).mean())
    for name in layers:
        f, s = (found[name].flatten(2)[0].numpy() for found in (own, wanted))
        difference = f @ f.T / f.shape[1] - s @ s.T / s.shape[1]
        expected += 4000 / len(f) ** 2 * (difference**2).sum() / (4 * len(f) ** 2)
    # Gram matrices are made in float32.
    losses = GatysLoss(content, style, network).gradient(picture)[1]
    assert sum(losses.values()) == pytest.approx(expected, rel=1e-5)


def test_going_back_by_hand_gives_the_gradient_of_gatys_loss(network: FeatureNetwork) -> None:
    content, style = tensor(1, 3, 48, 64), tensor(1, 3, 64, 32, seed=2)
    picture = tensor(1, 3, 48, 64, seed=3)
    wanted, losses = GatysLoss(content, style, network).gradient(picture)
    found, told = TracedGatysLoss(content, style, network).gradient(picture)
    assert told == pytest.approx(losses, rel=1e-5)
    assert float((found - wanted).norm() / wanted.norm()) < 1e-4


def test_references_descend(network: FeatureNetwork) -> None:
    single = network.float()  # what both are run in
    content, style = tensor(1, 3, 48, 48).float(), tensor(1, 3, 48, 48, seed=1).float()
    content = torch.nn.functional.avg_pool2d(content, 9, 1, 4)
    painting, course = paint_gatys(content, GatysLoss(content, style, single), iterations=12)
    assert len(course.losses) == len(course.seconds) == 12
    assert course.losses[-1] < 0.7 * course.losses[0]
    assert 0 <= float(painting.min()) <= float(painting.max()) <= 1
    steps: list[references.ReferenceStep] = []
    painting = paint_wasserstein(content, style, single, steps.append, sample=8)
    assert [step.number for step in steps] == list(range(1, 9))
    assert {step.planned for step in steps} == {300}
    assert steps[-1].loss < steps[0].loss
    assert painting.shape == content.shape


def test_scales_are_their_author_s() -> None:
    assert references.wasserstein_scales(512) == [128, 181, 256, 362, 512]
    assert references.wasserstein_scales(384) == [136, 192, 272, 384]
    assert references.wasserstein_scales(100) == [100]


# --- convolutions -------------------------------------------------------------------------------


@pytest.mark.parametrize(("network", "layer"), [(VGG19, "relu3_1"), (ALEXNET, "relu5")])
def test_operations_are_what_pytorch_counts(
    network: Chain, layer: str, installation: Installation
) -> None:
    module = ChainNetwork(network, store.load(network.weights, installation.weights))
    with FlopCounterMode(display=False) as counter:
        module(torch.rand(1, 3, 70, 90), [layer])
    counted = counter.get_total_flops()
    assert convolutions.operations(network, [layer], Extent(90, 70)) == counted


@pytest.mark.parametrize(("network", "count"), [(VGG19, 13), (ALEXNET, 5)])
def test_bare_convolutions_fit_together(network: Chain, count: int) -> None:
    layers = ["relu5_1"] if network is VGG19 else ["relu5"]
    cpu = torch.device("cpu")
    work = convolutions.bare(network, layers, Extent(70, 66), torch.float32, cpu, None)
    assert len(work) == count
    for each in work:
        step = each.step
        found = torch.nn.functional.conv2d(each.given, each.kernel, None, step.stride, step.padding)
        assert found.shape == each.slope.shape
    convolutions.forward_and_backward(work)


def test_bare_convolutions_are_those_that_the_engine_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Winograd's where it is the quicker one, PyTorch's own elsewhere."""
    times = {"64 to 64 at 1": {"ordinary": 2.0, "winograd": 1.0}}
    file = tmp_path / "convolutions.json"
    file.write_text(json.dumps({choice.machine(): times}))
    calls: list[torch.Size] = []
    monkeypatch.setattr(Winograd, "backward", lambda *given: calls.append(given[1].shape))
    cpu = torch.device("cpu")
    work = convolutions.bare(VGG19, ["relu3_1"], Extent(40, 24), torch.float32, cpu, file)
    chosen = [each.step.name for each in work if each.chosen is not None]
    assert chosen == ["relu1_2"]
    convolutions.forward_and_backward(work)
    assert calls == [(1, 64, 24, 40)]


# --- throughput ---------------------------------------------------------------------------------


def test_a_slow_precision_is_probed_by_small_work() -> None:
    """No work is ever run that its smaller half says takes too long."""
    run: list[int] = []

    def at(rate: float) -> int:
        run.clear()
        return throughput.largest([256, 512, 1024, 2048], lambda side: side**3, timed(rate))

    def timed(rate: float) -> Callable[[int], float]:
        def seconds(side: int) -> float:
            run.append(side)
            return side**3 / rate

        return seconds

    assert at(256**3 / 0.1) == 256  # a tenth of a second, so 512 would take 0.8
    assert run == [256]
    assert at(512**3 / 0.1) == 512
    assert run == [256, 512]
    assert at(2048**3 / 0.4) == 2048
    assert run == [256, 512, 1024]
    assert at(1.0) == 256


@pytest.mark.parametrize("probe", [throughput.PRODUCT, throughput.CONVOLUTION])
def test_a_probe_counts_the_operations_that_it_runs(probe: throughput.Probe) -> None:
    with FlopCounterMode(display=False) as counter:
        probe.build(16, torch.float32, torch.device("cpu"))()
    assert probe.operations(16) == counter.get_total_flops()


# --- measuring and telling ----------------------------------------------------------------------


def test_turns_alternate_and_the_first_does_not_count() -> None:
    calls: list[str] = []
    works = [lambda: calls.append("a"), lambda: calls.append("b")]
    times = by_turns(works, 3, torch.device("cpu"))
    assert calls == ["a", "b"] * 4
    assert [len(sample) for sample in times] == [3, 3]
    assert ratio([2.0, 30.0, 4.0], [1.0, 1.0, 1.0]) == 4.0


def test_a_figure_is_met_missed_or_neither() -> None:
    assert Figure("s", "n", 1.2, most=1.2).met is True
    assert Figure("s", "n", 1.21, most=1.2).met is False
    assert Figure("s", "n", 9.0).met is None
    assert Figure("s", "n", 1.0, most=1.2, estimate=True).met is None
    lines = report.table([Figure("a", "n", 1.0, "s", 2.0), Figure("bb", "long", 1234.5)])
    assert lines.splitlines() == [
        "a   n     1 s   at most 2  met",
        "bb  long  1234",
    ]


def test_a_process_is_measured_and_its_failure_is_one_line() -> None:
    code = "import time; x = b'x' * 80_000_000; print(len(x)); time.sleep(0.2)"
    ended = children.run(["-c", code])
    assert ended.output.strip() == "80000000"
    assert ended.peak == 0 or 80_000_000 < ended.peak < 400_000_000
    with pytest.raises(ImpastoError, match="A measured process failed: ValueError: no"):
        children.run(["-c", "raise ValueError('no')"])


def test_a_sheet_shows_every_picture(tmp_path: Path) -> None:
    red = torch.tensor([1.0, 0, 0]).view(1, 3, 1, 1).expand(1, 3, 20, 30)
    sheet.save(tmp_path / "s.png", ["content", "style"], [("a", [red, red]), ("b", [red, red])])
    from PIL import Image

    shown = np.asarray(Image.open(tmp_path / "s.png"))
    assert (shown == (255, 0, 0)).all(axis=2).sum() == 4 * 20 * 30


def test_bench_writes_table_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = saved(pictures.photograph(64, 48), tmp_path / "content.png")
    style = saved(pictures.strokes(), tmp_path / "style.png")
    arguments = ["bench", "--quick", "--only", "iteration", "--device", "cpu"]
    arguments += ["--pair", str(content), str(style), "--json", str(tmp_path / "out.json")]
    assert cli.main(arguments) == 0
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["machine"]["threads"] == torch.get_num_threads()
    assert [figure["name"] for figure in told["figures"]] == ["over its convolutions, 64x48"]
    (figure,) = told["figures"]
    assert figure["most"] == 1.15
    assert figure["met"] == (figure["value"] <= 1.15)
    assert "over its convolutions, 64x48" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "speed"], "There is no subject 'speed': there are throughput, iteration"),
        (["--size", "5"], "size is between 128 and 2048, not 5"),
        (["--pair", "none.png", "none.png"], "There is no file none.png"),
        (["--sheet", "none/sheet.png"], "There is no folder none"),
        (["--only", "start", "--sheet", "sheet.png"], "Only 'quality' judges pictures"),
        (["--only", "start", "--blind", "sheet.png"], "Only 'quality' judges pictures"),
        (["--sheet", "sheet.xyz"], "'.xyz' is not a format Impasto writes"),
        (["--json", "none/figures.json"], "There is no folder none"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bench", *arguments]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_what_can_be_measured_is_what_there_is() -> None:
    files = {found.name for found in pkgutil.iter_modules(subjects.__path__)}
    assert set(command.SUBJECTS) == files
