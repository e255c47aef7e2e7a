"""The parts of the instant method against plain references in float64."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.storage.paths import Installation
from core.engine.networks import Networks
from core.features.convolutions.winograd import Scratch, Winograd
from core.features.models.adain import DECODER, DECODER_BLOCKS
from core.features.spread import spread
from core.features.weights import store
from core.onepass.instant import CHOOSABLE, AdaIN, Decoder, folded
from core.pixels.imaging import Picture
from core.styles.statistics_cache import StatisticsCache
from core.system.recent import Recent


@pytest.fixture(scope="module")
def trained(installation: Installation) -> dict[str, Tensor]:
    found = store.load(DECODER, installation.weights)
    return {name: tensor.double() for name, tensor in found.items()}


def decoded_by_the_paper(features: Tensor, trained: dict[str, Tensor]) -> Tensor:
    """Double by repeating pixels, pad by reflection, convolve."""
    flow = features
    for number, block in enumerate(DECODER_BLOCKS, 1):
        if number > 1:
            flow = functional.interpolate(flow, scale_factor=2.0, mode="nearest")
        for place in range(1, len(block) + 1):
            name = f"conv{number}_{place}"
            flow = functional.pad(flow, (1, 1, 1, 1), mode="reflect")
            flow = functional.conv2d(flow, trained[f"{name}.weight"], trained[f"{name}.bias"])
            flow = flow if block[place - 1][1] == 3 else flow.relu()
    return flow


@pytest.mark.parametrize("size", [(2, 2), (5, 7)])
def test_the_decoder_is_the_trained_one(trained: dict[str, Tensor], size: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(5)
    features = 3 * torch.rand(1, 512, *size, generator=generator, dtype=torch.float64)
    expected = decoded_by_the_paper(features, trained)
    assert float(expected.std()) > 0.1
    tensors, scratch = folded(trained), Scratch()
    found = Decoder(tensors)(features)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=0, atol=1e-12)
    ours = {
        name: Winograd(tensors[f"{name}.weight"], tensors[f"{name}.bias"], scratch)
        for name in CHOOSABLE
    }
    found = Decoder(tensors, ours)(features)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=0, atol=1e-10)


def test_each_of_the_decoders_layers_is_of_the_kind_that_it_says(
    trained: dict[str, Tensor],
) -> None:
    """Known by the kernels that are not folded, and by how much larger the picture is behind."""
    tensors = folded(trained)
    found = {name: (kind.made, kind.given, kind.stride) for name, kind in CHOOSABLE.items()}
    stride, expected = 8, {}
    for name in [key.removesuffix(".weight") for key in trained if key.endswith(".weight")]:
        made, given, side, _ = tensors[f"{name}.weight"].shape
        if side == 2:
            stride //= 2
        elif made > 3:
            expected[name] = (made, given, stride)
    assert found == expected


def test_what_was_painted_last_is_not_painted_again(installation: Installation) -> None:
    network = Networks(installation.weights).instant(torch.device("cpu"))
    content = network.encode(Picture(torch.rand(1, 3, 32, 40), torch.ones(1, 1, 32, 40)))
    style = network.measure(Picture(torch.rand(1, 3, 32, 32), torch.ones(1, 1, 32, 32)))
    mask, asked = torch.ones(1, 1, 32, 40), 0

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return False

    def painted(mask: Tensor, strength: float, mean: float = 1.0) -> Tensor:
        nonlocal asked
        asked = 0
        spread = style.spread._replace(mean=mean * style.spread.mean)
        other = style._replace(spread=spread)
        return network.paint(content, mask, [(other, 1.0)], strength, should_stop)

    first = painted(mask, 1.0)
    assert asked > 0
    assert torch.equal(painted(mask.clone(), 1.0), first)
    assert asked == 0, "no convolution"
    for other in ((mask, 0.9, 1.0), (mask, 1.0, 1.1), (mask.tril(), 1.0, 1.0)):
        assert not torch.equal(painted(*other), first)
        assert asked > 0


def test_the_spread_is_the_weighted_one() -> None:
    generator = torch.Generator().manual_seed(6)
    features = torch.rand(1, 4, 5, 6, generator=generator, dtype=torch.float64)
    weights = torch.rand(5, 6, generator=generator, dtype=torch.float64)
    flat, share = features[0].flatten(1).numpy(), weights.flatten().numpy()
    mean = np.average(flat, axis=1, weights=share)
    variance = np.average((flat - mean[:, None]) ** 2, axis=1, weights=share)
    found = spread(features, weights)
    np.testing.assert_allclose(found.mean.flatten().numpy(), mean, rtol=1e-12)
    np.testing.assert_allclose(found.deviation.flatten().numpy() ** 2, variance + 1e-5, rtol=1e-12)
    halved = spread(features, weights / 2)
    torch.testing.assert_close(halved.mean, found.mean)


def test_both_methods_share_one_vgg19(installation: Installation) -> None:
    """Painterly can take gradients through a network that an instant run loaded."""
    networks = Networks(installation.weights)
    device = torch.device("cpu")
    with torch.inference_mode():
        instant = networks.instant(device)
        picture = Picture(torch.rand(1, 3, 32, 32), torch.ones(1, 1, 32, 32))
        instant.measure(picture)
    features = networks.features(device)
    assert isinstance(instant, AdaIN)
    pointers = [p.data_ptr() for p in features.parameters()]
    assert pointers == [p.data_ptr() for p in instant._encoder.parameters()]
    pixels = torch.rand(1, 3, 32, 32, requires_grad=True)
    dtype = next(features.parameters()).dtype
    features(pixels.to(dtype), ["relu2_1"])["relu2_1"].sum().backward()
    assert pixels.grad is not None and float(pixels.grad.abs().sum()) > 0


class TestMemory:
    """Statistics of styles are kept, and damaged files are not used."""

    def measured(self, value: float = 1.0) -> dict[str, Tensor]:
        self.asked = getattr(self, "asked", 0) + 1
        return {"mean": torch.full((4,), value)}

    def test_it_outlives_the_worker(self, tmp_path: Path) -> None:
        folder = tmp_path / "styles"
        first = StatisticsCache(folder).get("a", self.measured)
        second = StatisticsCache(folder).get("a", self.measured)
        assert torch.equal(first["mean"], second["mean"])
        assert self.asked == 1
        StatisticsCache(folder).get("b", self.measured)
        assert self.asked == 2

    def test_a_damaged_file_is_measured_anew(self, tmp_path: Path) -> None:
        StatisticsCache(tmp_path).get("a", self.measured)
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()
        for broken in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[:20], b"", b"\x80\x04K\x01."):
            file.write_bytes(broken)
            found = StatisticsCache(tmp_path).get("a", self.measured)
            assert torch.equal(found["mean"], torch.ones(4))
            assert file.read_bytes() == whole
        assert self.asked == 5

    def test_it_keeps_so_many_and_no_more(self, tmp_path: Path) -> None:
        cache = StatisticsCache(tmp_path, limit=3)
        for key in "abcde":
            cache.get(key, self.measured)
        assert len(list(tmp_path.iterdir())) == 3

    def test_it_keeps_within_its_room(self, tmp_path: Path) -> None:
        """What was used least recently goes; the newest stays even where there is no room."""
        size = 4 * 1000

        def large() -> dict[str, Tensor]:
            return {"features": torch.zeros(1000)}

        cache = StatisticsCache(tmp_path, room=3 * size)
        for number, key in enumerate("abc"):
            cache.get(key, large)
            for file in tmp_path.iterdir():
                if not number:
                    os.utime(file, (1, 1))
        assert len(list(tmp_path.iterdir())) == 2, "with its digest, a file is larger than that"
        assert all(file.stat().st_mtime > 1 for file in tmp_path.iterdir())
        StatisticsCache(tmp_path, room=1).get("d", large)
        assert len(list(tmp_path.iterdir())) == 1

    def test_a_folder_that_cannot_be_written_costs_nothing_but_time(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        cache = StatisticsCache(tmp_path / "file" / "styles")
        assert torch.equal(cache.get("a", self.measured)["mean"], torch.ones(4))
        cache.get("a", self.measured)
        assert self.asked == 1


def test_recent_values_stay_and_old_ones_go() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key

    recent: Recent[str] = Recent(2)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert recent.get(key, lambda key=key: make(key)) == key  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
