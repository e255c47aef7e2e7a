"""Descriptors against the networks that they describe, and files that are refused."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.paths import Installation
from core.features.chain import ChainNetwork
from core.features.descriptor import Chain, Convolution, Input, Weights, WeightsSource, weight_keys
from core.features.models.alexnet import ALEXNET, HEADS, IMAGENET
from core.features.models.vgg16 import VGG16
from core.features.models.vgg19 import VGG19
from core.features.network import FeatureNetwork
from core.features.weights import fetch, store
from core.features.weights.arrays import read_arrays
from core.features.weights.folding import fold
from core.system.tensors import digest as digest_of

NETWORKS = [VGG19, VGG16, ALEXNET]


def random_network(network: Chain) -> FeatureNetwork:
    """The network with constant weights, which pass every input on."""
    tensors = {}
    channels = 3
    for step in network.steps:
        if isinstance(step, Convolution):
            shape = (step.channels, channels, step.kernel, step.kernel)
            tensors[f"{step.weights}.weight"] = torch.full(shape, 1 / channels / step.kernel**2)
            tensors[f"{step.weights}.bias"] = torch.zeros(step.channels)
            channels = step.channels
    return ChainNetwork(network, tensors)


@pytest.mark.parametrize(
    ("network", "layer", "stride", "field"),
    [
        # Counted by hand; VGG-19's are in the literature too.
        (VGG19, "relu1_1", 1, 3),
        (VGG19, "relu2_1", 2, 10),
        (VGG19, "relu3_1", 4, 24),
        (VGG19, "relu4_1", 8, 68),
        (VGG19, "relu5_1", 16, 156),
        (VGG16, "relu3_3", 4, 40),
        (VGG16, "relu5_3", 16, 196),
        (ALEXNET, "relu1", 4, 11),
        (ALEXNET, "relu2", 8, 51),
        (ALEXNET, "relu3", 16, 99),
        (ALEXNET, "relu5", 16, 163),
    ],
)
def test_strides_and_receptive_fields(network: Chain, layer: str, stride: int, field: int) -> None:
    assert (network.layer(layer).stride, network.layer(layer).receptive_field) == (stride, field)


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
@pytest.mark.parametrize("size", [(64, 80), (65, 95), (127, 71)])
def test_positions_are_counted_as_they_come_out(network: Chain, size: tuple[int, int]) -> None:
    features = random_network(network)(torch.rand(1, 3, *size), network.layers)
    for name, found in features.items():
        layer = network.layer(name)
        expected = (1, layer.channels, layer.positions(size[0]), layer.positions(size[1]))
        assert found.shape == expected, name


@pytest.mark.parametrize("network", [VGG16, ALEXNET], ids=lambda network: network.name)
def test_a_position_sees_exactly_its_receptive_field(network: Chain) -> None:
    """Max pooling passes a position's gradient to one pixel of each window only.

    So the gradients of a position in the middle are collected from many pictures.
    """
    layer = network.layer("relu2" if network is ALEXNET else "relu2_2")
    module = random_network(network)
    seen = torch.zeros(140, 140, dtype=torch.bool)
    for seed in range(40):
        generator = torch.Generator().manual_seed(seed)
        picture = torch.rand(1, 3, 140, 140, generator=generator)
        picture.requires_grad_()
        found = module(picture, [layer.name])[layer.name]
        middle = found.shape[-1] // 2
        found[0, 0, middle, middle].backward()
        assert picture.grad is not None
        seen |= picture.grad[0].abs().sum(dim=0) > 0
    for axis in (0, 1):
        places = seen.any(dim=axis).nonzero().flatten()
        assert int(places[-1] - places[0]) + 1 == layer.receptive_field


def test_folding_the_input_changes_nothing_inside() -> None:
    """Compared in float64 with normalising first. The borders agree too, as they are repeated."""
    generator = torch.Generator().manual_seed(1)
    kernel = torch.randn(5, 3, 5, 5, generator=generator)
    bias = torch.randn(5, generator=generator)
    picture = torch.rand(1, 3, 17, 21, generator=generator, dtype=torch.float64)
    folded = {"conv1.weight": kernel.clone(), "conv1.bias": bias.clone()}
    fold(replace(IMAGENET, scale=2.0, bgr=True), folded, "conv1")
    mean, deviation = (
        torch.tensor(values, dtype=torch.float64).view(1, 3, 1, 1)
        for values in (IMAGENET.mean, IMAGENET.deviation)
    )
    normalised = (picture.flip(1) * 2 - mean) / deviation
    expected = functional.conv2d(normalised, kernel.double(), bias.double(), 2)
    found = functional.conv2d(
        picture, folded["conv1.weight"].double(), folded["conv1.bias"].double(), 2
    )
    torch.testing.assert_close(found, expected, rtol=0, atol=3e-5)


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_an_installation_has_the_weights(network: Chain, installation: Installation) -> None:
    """The digest and the shapes are right, every layer runs, and the heads are at least 0."""
    tensors = store.load(network.weights, installation.weights)
    found = ChainNetwork(network, tensors)(torch.rand(1, 3, 96, 96), network.layers)
    assert set(found) == set(network.layers)
    if network is VGG19:
        return
    for name in HEADS:
        assert tensors[name].min() >= 0
        assert tensors[name].max() > 0


# --- conversion ---------------------------------------------------------------------------------


def archived(folder: Path, **changes: Any) -> tuple[Weights, Path]:
    """Weights of one convolution and a head, in an archive as a source distribution has them."""
    tree = {
        "Net_0": {
            "Conv_0": {
                "kernel": np.arange(3 * 3 * 3 * 2, dtype=np.float32).reshape(3, 3, 3, 2) / 54,
                "bias": np.ones(2, np.float32),
            }
        }
    }
    raw = pickled(tree, folder / "net.ckpt").read_bytes()
    steps = (Convolution("relu1", 2),)
    found: dict[str, Any] = {
        "name": "net",
        "keys": weight_keys(steps, ["Net_0/Conv_0"], ("/kernel", "/bias")),
        "digest": "a4a5",
        "input": Input(mean=(0.5, 0.5, 0.5)),
        **changes,
    }
    digest = found.pop("sha256", hashlib.sha256(raw).hexdigest())
    source = WeightsSource("net", "1.0", "", "net/net.ckpt", digest, "", "")
    with tarfile.open(folder / "net-1.0.tar.gz", "w:gz") as tar:
        info = tarfile.TarInfo("net-1.0/net/net.ckpt")
        info.size = len(raw)
        tar.addfile(info, io.BytesIO(raw))
    return Weights(source=source, **found), folder / "net-1.0.tar.gz"


def test_an_archive_becomes_safetensors_of_known_numbers(tmp_path: Path) -> None:
    weights, archive = archived(tmp_path)
    with pytest.raises(ImpastoError, match="net gave other numbers"):
        fetch.convert(weights, archive, tmp_path, tmp_path)
    assert not list(tmp_path.glob("*.safetensors"))
    kernel = torch.arange(54).reshape(3, 3, 3, 2).permute(3, 2, 0, 1) / 54
    bias = 1 - kernel.double().sum(dim=(1, 2, 3)) / 2
    ours = {"conv1.weight": kernel, "conv1.bias": bias.float()}
    weights = replace(weights, digest=digest_of(ours))
    fetch.convert(weights, archive, tmp_path, tmp_path)
    found = store.load(weights, tmp_path)
    torch.testing.assert_close(found["conv1.weight"], kernel)


def test_an_archive_with_another_member_is_refused(tmp_path: Path) -> None:
    weights, archive = archived(tmp_path, sha256="0" * 64)
    with pytest.raises(ImpastoError, match="is not the file we know"):
        fetch.convert(weights, archive, tmp_path, tmp_path)


# --- pickles ------------------------------------------------------------------------------------


def pickled(value: Any, path: Path, protocol: int = 4) -> Path:
    path.write_bytes(pickle.dumps(value, protocol))
    return path


@pytest.mark.parametrize("protocol", [3, 4])
def test_arrays_come_out_of_a_pickle(tmp_path: Path, protocol: int) -> None:
    kernel = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    bias = np.arange(5, dtype=np.float32)
    path = pickled({"net": {"kernel": kernel, "bias": bias}}, tmp_path / "x.ckpt", protocol)
    found = read_arrays(path)
    assert set(found) == {"net/kernel", "net/bias"}
    assert found["net/kernel"].shape == (5, 4, 2, 3)
    assert found["net/kernel"][3, 2, 1, 0] == kernel[1, 0, 2, 3]
    np.testing.assert_array_equal(found["net/bias"].numpy(), bias)


class Evil:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.folder),))


class Sly:
    """Reaches a function through numpy's own modules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return (np.save, (str(self.folder), [1]))


@pytest.mark.parametrize("kind", [Evil, Sly])
def test_a_pickle_that_calls_something_is_refused_and_nothing_called(
    tmp_path: Path, kind: type[Evil] | type[Sly]
) -> None:
    value = {"AlexNet_0": {"bias": kind(tmp_path / "made")}}
    path = pickled(value, tmp_path / "x.ckpt")
    with pytest.raises(ImpastoError, match=r"x\.ckpt is not a file of arrays: .*no array needs"):
        read_arrays(path)
    assert [file.name for file in tmp_path.iterdir()] == ["x.ckpt"]
    pickle.loads(path.read_bytes())  # so that the test shows what it says
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "value",
    [
        {"a": 3},
        [np.zeros(2, np.float32)],
        {"a": np.zeros(2)},
        {"a": np.array([{}], dtype=object)},
    ],
)
def test_a_pickle_of_something_else_is_refused(tmp_path: Path, value: object) -> None:
    with pytest.raises(ImpastoError, match="it holds a"):
        read_arrays(pickled(value, tmp_path / "x.ckpt"))


def test_a_file_that_is_no_pickle_is_refused(tmp_path: Path) -> None:
    for data in (b"", b"text", pickle.dumps({"a": np.zeros(9, np.float32)}, 4)[:-20]):
        (tmp_path / "x.ckpt").write_bytes(data)
        with pytest.raises(ImpastoError, match="is not a file of arrays"):
            read_arrays(tmp_path / "x.ckpt")
