"""Algorithms of a convolution: all give what PyTorch's own gives, forward and backward."""

from __future__ import annotations

import gc
import json
import os
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.bridge.storage.paths import Installation
from core.engine import probe
from core.engine.networks import Networks
from core.features.chain import ChainNetwork
from core.features.convolutions import choice, toom, winograd
from core.features.convolutions.algorithm import Ordinary
from core.features.convolutions.choice import LayerKind
from core.features.convolutions.packed import Packed
from core.features.convolutions.winograd import Scratch, Winograd
from core.features.network import FeatureNetwork
from core.features.operators import can_pack
from core.pixels.imaging import Picture
from core.service import worker
from core.service.jobs import QueuedJob
from core.system import devices, priority
from core.system.keep import Keep
from core.system.stopping import ShouldStop
from tests import narrow
from tests.narrow import NARROW
from tests.workers import request

CPU = torch.device("cpu")


def _random(seed: int, *shape: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    found = torch.randn(*shape, generator=generator, dtype=torch.float64)
    return found.contiguous(memory_format=torch.channels_last) if len(shape) == 4 else found


def test_four_outputs_of_three_taps_out_of_six_points() -> None:
    """The matrices against the sum that they stand for, both ways at once."""
    taps, inputs = _random(0, 3, 3), _random(1, 6, 6)
    at_points = (toom.taps_to_points() @ taps.flatten()) * (
        toom.inputs_to_points() @ inputs.flatten()
    )
    found = (toom.points_to_outputs() @ at_points).view(4, 4)
    expected = torch.nn.functional.conv2d(inputs[None, None], taps[None, None])[0, 0]
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def test_taps_turned_round_have_their_values_at_the_turned_points() -> None:
    taps = _random(0, 3, 3)
    there, back = (toom.taps_to_points() @ each.flatten() for each in (taps, taps.flip(0, 1)))
    torch.testing.assert_close(back, there[toom.turned()], rtol=0, atol=1e-14)


@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_kernel_laid_out_beforehand_gives_what_the_ordinary_one_gives(
    padding: int, dtype: torch.dtype
) -> None:
    weight, bias = _random(0, 32, 16, 3, 3).to(dtype), _random(1, 32).to(dtype)
    if not can_pack(weight):
        pytest.skip("this PyTorch has no oneDNN")
    given = _random(2, 1, 16, 9, 7).to(dtype).contiguous(memory_format=torch.channels_last)
    ordinary, ours = Ordinary(weight, bias), Packed(weight, bias)
    made = ordinary.forward(given, padding)
    torch.testing.assert_close(ours.forward(given, padding), made)
    slope = _random(3, *made.shape).to(dtype).contiguous(memory_format=torch.channels_last)
    for shown in (made, None):
        expected = ordinary.backward(slope.clone(), shown, given, padding)
        found = ours.backward(slope.clone(), shown, given, padding)
        torch.testing.assert_close(found, expected, rtol=2e-2, atol=2e-2)


def test_large_kernels_are_laid_out_beforehand_without_a_measurement() -> None:
    large, small = torch.zeros(256, 256, 3, 3), torch.zeros(64, 256, 3, 3)
    if not can_pack(large):
        pytest.skip("this PyTorch has no oneDNN")
    tensors = {"a.weight": large, "b.weight": small, "a.bias": large[0], "b.bias": small[0]}
    layers = {"a": LayerKind(256, 256, 4), "b": LayerKind(256, 64, 4)}
    assert set(choice.of_kinds(layers, tensors, None)) == {"a"}


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (4, 8), (5, 7), (18, 25), (34, 19)])
@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("band", [1, 6000, 1 << 21])
def test_winograds_algorithm_gives_what_the_ordinary_one_gives(
    size: tuple[int, int], padding: int, band: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In float64, to its rounding: sides that tiles cut, in one band and in many."""
    monkeypatch.setattr(winograd, "BAND", band)
    weight, bias = _random(0, 7, 5, 3, 3), _random(1, 7)
    given = _random(2, 1, 5, *(side + 2 - 2 * padding for side in size))
    ordinary, ours = Ordinary(weight, bias), Winograd(weight, bias, Scratch())
    made = ordinary.forward(given, padding)
    assert made.shape[-2:] == size
    torch.testing.assert_close(ours.forward(given, padding), made, rtol=0, atol=1e-11)
    slope = _random(3, *made.shape)
    expected = ordinary.backward(slope.clone(), made, given, padding)
    found = ours.backward(slope, made, given, padding)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-11)


def test_in_float32_winograds_algorithm_is_as_exact_as_a_sum_of_so_many() -> None:
    """Many channels at once: the error against float64, of the largest value."""
    weight, bias, given = _random(0, 64, 256, 3, 3) / 48, _random(1, 64), _random(2, 1, 256, 24, 20)
    exact = Ordinary(weight, bias).forward(given, 1)
    made = Winograd(weight.float(), bias.float(), Scratch()).forward(given.float(), 1)
    assert float((made - exact).abs().max() / exact.abs().max()) < 5e-6


def test_it_takes_and_gives_channels_last_and_takes_others() -> None:
    weight, bias, given = _random(0, 8, 8, 3, 3), _random(1, 8), _random(2, 1, 8, 9, 9)
    ours = Winograd(weight, bias, Scratch())
    made = ours.forward(given, 1)
    assert made.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(ours.forward(given.contiguous(), 1), made)


def test_a_preview_and_a_painting_share_a_kernel_and_scratch() -> None:
    """What is made in inference mode must not stay in it."""
    weight, bias, given = _random(0, 8, 8, 3, 3), _random(1, 8), _random(2, 1, 8, 9, 9)
    ours = Winograd(weight, bias, Scratch())
    with torch.inference_mode():
        made = ours.forward(given, 1)
    assert torch.equal(ours.forward(given, 1), made)
    assert ours.backward(torch.ones_like(given), given, given, 1).shape == given.shape


def test_a_network_gives_the_same_whatever_the_algorithm(weights: dict[str, Tensor]) -> None:
    """Forward and backward, by hand and by autograd, which takes the ordinary one."""
    picture, layers = torch.rand(1, 3, 70, 83, dtype=torch.float64), ["relu1_2", "relu4_2"]
    scratch = Scratch()
    made = {
        step.name: Winograd(
            weights[f"{step.weights}.weight"], weights[f"{step.weights}.bias"], scratch
        )
        for step in NARROW.convolutions[1:]
    }
    expected, found = (
        ChainNetwork(NARROW, weights),
        ChainNetwork(NARROW, weights, algorithms=made),
    )

    def add(name: str, slope: Tensor) -> None:
        slope.add_(1.0)

    traces = [expected.trace(picture, layers), found.trace(picture, layers)]
    for name in layers:
        torch.testing.assert_close(*(trace.features[name] for trace in traces))
    one, other = (trace.back(add) for trace in traces)
    torch.testing.assert_close(other, one)
    torch.testing.assert_close(FeatureNetwork.trace(found, picture, layers).back(add), one)


# --- the choice ---------------------------------------------------------------------------------


@pytest.fixture
def weights() -> dict[str, Tensor]:
    return narrow.weights()


@pytest.fixture
def on_avx2(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor without bfloat16, and layers small enough for a test."""
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    monkeypatch.setattr(choice, "EXTENT", Extent(16, 16))
    monkeypatch.setattr(choice, "VGG19", NARROW)
    monkeypatch.setattr(choice, "UNDISTURBED", 0.0)


def test_a_processor_told_to_keep_to_avx2_computes_in_float32(on_avx2: None) -> None:
    assert devices.convolution_dtype(CPU) == torch.float32


@pytest.mark.usefixtures("on_avx2")
def test_algorithms_are_measured_once_on_each_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "convolutions.json"
    assert "are measured when" in choice.told(file, CPU)
    choice.measure_once(file, CPU)
    first = file.read_bytes()
    times = json.loads(first)[choice.machine()]
    assert set(times) >= {"6 to 6 at 1", "6 to 8 at 2", "12 to 12 at 8", "12 to 14 at 16"}
    assert all(seconds > 0 for each in times.values() for seconds in each.values())
    assert f"of {len(times)} kinds" in choice.told(file, CPU)
    choice.measure_once(file, CPU)
    assert file.read_bytes() == first
    monkeypatch.setattr(choice, "machine", lambda: "another")
    choice.measure_once(file, CPU)
    assert set(json.loads(file.read_bytes())) == {*json.loads(first), "another"}


@pytest.mark.usefixtures("on_avx2")
def test_kernels_are_transformed_before_anything_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def noting(name: str, work: Callable[[], Any]) -> Callable[[], Any]:
        def noted() -> Any:
            done.append(name)
            return work()

        return noted

    monkeypatch.setattr(toom, "taps_to_points", noting("kernel", toom.taps_to_points))
    monkeypatch.setattr(time, "perf_counter", noting("clock", time.perf_counter))
    kinds = len(choice.measure())
    assert done[:kinds] == ["kernel"] * kinds
    assert "kernel" not in done[kinds:]


@pytest.mark.usefixtures("on_avx2")
def test_the_quickest_algorithm_is_taken_where_it_is_worth_it(
    tmp_path: Path, weights: dict[str, Tensor]
) -> None:
    single = {name: tensor.float() for name, tensor in weights.items()}
    file = tmp_path / "convolutions.json"
    assert choice.algorithms(NARROW, single, None) == choice.algorithms(NARROW, single, file) == {}
    times = {
        "6 to 6 at 1": {"ordinary": 1.0, "winograd": 0.5},
        "6 to 8 at 2": {"ordinary": 1.0, "winograd": 0.97},
        "8 to 8 at 2": {"ordinary": 1.0, "winograd": 2.0},
    }
    file.write_text(json.dumps({choice.machine(): times}))
    assert set(choice.algorithms(NARROW, single, file)) == {"relu1_2"}
    layers = {"conv2_1": LayerKind(6, 6, 1), "conv2_2": LayerKind(8, 6, 2)}
    assert set(choice.of_kinds(layers, single, file)) == {"conv2_1"}
    assert choice.told(file, CPU).startswith("Winograd's for 1 of 3 kinds")
    assert choice.algorithms(NARROW, weights, file) == {}, "float64 has one"
    times["6 to 8 at 2"]["winograd"] = 0.5
    file.write_text(json.dumps({choice.machine(): times}))
    found = choice.of_kinds(layers, single, file)
    assert set(found) == {"conv2_1", "conv2_2"}, "there and back it is one kind"


@pytest.mark.usefixtures("on_avx2")
@pytest.mark.parametrize("held", ["", "{", '{"%s": 3}', '{"%s": {"6 to 6 at 1": {"ordinary": 1}}}'])
def test_a_damaged_file_is_as_none_and_measured_anew(
    tmp_path: Path, weights: dict[str, Tensor], held: str
) -> None:
    file = tmp_path / "convolutions.json"
    file.write_text(held.replace("%s", choice.machine()))
    single = {name: tensor.float() for name, tensor in weights.items()}
    assert choice.algorithms(NARROW, single, file) == {}
    choice.measure_once(file, CPU)
    assert choice.machine() in json.loads(file.read_text())
    assert list(tmp_path.iterdir()) == [file], "nothing that uninstalling would leave"


@pytest.mark.usefixtures("on_avx2")
def test_what_was_measured_beside_other_work_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "UNDISTURBED", 100.0)  # more than there is
    choice.measure_once(tmp_path / "convolutions.json", CPU)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("on_avx2")
@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("not enough memory")])
def test_a_measurement_that_fails_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The worker that measures still has to paint."""

    def short(*_: object) -> None:
        raise error

    monkeypatch.setattr(Winograd, "forward", short)
    choice.measure_once(tmp_path / "convolutions.json", CPU)
    assert list(tmp_path.iterdir()) == []


def test_with_bfloat16_nothing_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "convolution_dtype", lambda _: torch.bfloat16)
    choice.measure_once(tmp_path / "convolutions.json", CPU)
    assert list(tmp_path.iterdir()) == []
    assert choice.told(tmp_path / "convolutions.json", CPU) == "PyTorch's own, in bfloat16"


def test_where_it_cannot_be_kept_it_is_no_error(
    on_avx2: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    choice.measure_once(tmp_path / "file" / "convolutions.json", CPU)
    assert "can't be kept" in caplog.text


@pytest.mark.usefixtures("on_avx2")
def test_the_probe_tells_what_a_worker_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On four cores, of which the worker leaves one to others."""
    threads = [4]
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads[-1])
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    installation = Installation(tmp_path)
    installation.manifest.write_text('{"device": "cpu"}')
    priority.spare_processor()
    Networks.of(installation).prepare()
    threads.append(4)  # another process
    found = probe.probe(installation)
    assert found["devices"]["cpu"] == "3 threads"
    assert found["convolutions"].startswith("Winograd's for ")


@pytest.mark.usefixtures("on_avx2")
def test_with_other_threads_the_nearest_times_count(
    tmp_path: Path, weights: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, single = tmp_path / "convolutions.json", {n: t.float() for n, t in weights.items()}
    threads = [2]
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads[-1])
    kept: dict[str, Any] = {"odd": {"6 to 6 at 1": {"ordinary": 1.0, "winograd": 0.5}}}
    for count, quick in ((2, "6 to 6 at 1"), (7, "6 to 8 at 2")):
        threads.append(count)
        kept[choice.machine()] = {quick: {"ordinary": 1.0, "winograd": 0.5}}
    file.write_text(json.dumps(kept))
    for count, layer in ((1, "relu1_2"), (2, "relu1_2"), (4, "relu1_2"), (5, "relu2_1")):
        threads.append(count)
        assert set(choice.algorithms(NARROW, single, file)) == {layer}
    choice.measure_once(file, CPU)
    assert choice.machine() in json.loads(file.read_text()), "the nearest are measured anyway"


@pytest.mark.usefixtures("on_avx2")
def test_a_measurement_that_is_put_off_is_made_later(
    tmp_path: Path, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is warm takes the new choice."""
    made: list[str] = []
    found = choice.measure

    def noted(should_stop: Callable[[], bool]) -> dict[str, dict[str, float]]:
        made.append("measured")
        return found(should_stop)

    monkeypatch.setattr(choice, "measure", noted)
    file = tmp_path / "convolutions.json"
    networks = Networks(installation.weights, "cpu", convolutions=file)
    before = networks.instant(CPU)
    networks.prepare(lambda: True)
    assert not file.exists()
    assert networks.instant(CPU) is before
    networks.prepare()
    assert networks.instant(CPU) is not before
    networks.prepare()
    assert made == ["measured"] * 2
    assert file.exists()


def test_kernels_are_shared_and_go_with_their_networks(
    tmp_path: Path, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "convolution_dtype", lambda _: torch.float32)
    quick = {"256 to 512 at 8": {"ordinary": 1.0, "winograd": 0.5}}
    file = tmp_path / "convolutions.json"
    file.write_text(json.dumps({choice.machine(): quick}))
    kernels: list[Tensor] = []
    transform = toom.taps_to_points

    def noted() -> Tensor:
        kernels.append(transform())
        return kernels[-1]

    built: list[weakref.ref[Winograd]] = []
    plain = Winograd.__init__

    def build(self: Winograd, *given: Any) -> None:
        plain(self, *given)
        built.append(weakref.ref(self))

    monkeypatch.setattr(toom, "taps_to_points", noted)
    monkeypatch.setattr(Winograd, "__init__", build)
    networks = Networks(installation.weights, "cpu", convolutions=file)
    picture = torch.rand(1, 3, 32, 32)
    for _ in range(2):
        networks.features(CPU)(picture, ["relu4_1"])
        networks.instant(CPU).measure(Picture(picture, torch.ones(1, 1, 32, 32)))
    assert len(kernels) == 1, "of conv4_1, by both"
    assert len(built) == 2, "conv4_1 and the decoder's first, which did not run"
    networks.forget()
    gc.collect()
    assert all(one() is None for one in built)


def test_a_preview_does_not_wait_for_the_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    class Noted(Networks):
        def prepare(self, should_stop: ShouldStop = lambda: False) -> None:
            done.append("stopped" if should_stop() else "measured")

    def painted(job: QueuedJob, *_: object) -> bool:
        done.append("painted" if job.request.preview is None else "previewed")
        return True

    monkeypatch.setattr(worker, "_paint", painted)
    ours, networks = worker.Worker(Installation(tmp_path)), Noted(tmp_path)
    client: Any = object()
    painting = request()
    preview = replace(painting, preview=painting.content.extent)
    for asked in (preview, painting):
        ours._jobs.add(QueuedJob(client, asked, 0))
        assert ours._do_next(networks, Keep())
    assert done == ["previewed", "measured", "painted"]
