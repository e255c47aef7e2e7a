"""Feature networks by name: from the installation, torchvision's hub, or a custom file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.bridge.contract.errors import BadInput, ImpastoError
from core.bridge.storage.paths import Installation
from core.features import custom, known
from core.features.chain import ChainNetwork
from core.features.descriptor import Chain, Input, Roles, Trained, vgg
from core.features.models import vgg19_torchvision
from core.features.models.alexnet import ALEXNET, IMAGENET
from core.features.models.vgg16 import VGG16
from core.features.models.vgg19 import VGG19
from core.system.tensors import digest as digest_of

SMALL = Chain(
    "small",
    vgg((4, 5), (6,)),
    Trained("small", ""),
    Roles({"relu1_1": 2.0}, {"relu1_2": 20.0}, {"relu2_1": 1.5}),
)


@pytest.fixture
def tensors() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(3)
    found, channels = {}, 3
    for step in SMALL.convolutions:
        shape = (step.channels, channels, 3, 3)
        found[f"{step.weights}.weight"] = torch.randn(*shape, generator=generator)
        found[f"{step.weights}.bias"] = torch.randn(step.channels, generator=generator)
        channels = step.channels
    return found


@pytest.fixture
def path(tmp_path: Path, tensors: dict[str, Tensor]) -> Path:
    custom.write(tmp_path / "small.safetensors", SMALL, tensors, IMAGENET, "of a test")
    return tmp_path / "small.safetensors"


@pytest.mark.parametrize("network", [VGG19, VGG16, ALEXNET], ids=lambda network: network.name)
def test_an_installations_networks_are_known_by_name(
    network: Chain, installation: Installation
) -> None:
    assert known.by_name(network.name) is network
    found, tensors = known.load(network.name, installation.weights)
    features = ChainNetwork(found, tensors)(torch.rand(1, 3, 64, 64), network.roles.style)
    assert all(bool((values > 0).any()) for values in features.values())


@pytest.mark.parametrize("network", known.NETWORKS.values(), ids=lambda network: network.name)
def test_roles_name_layers_of_their_network(network: Chain) -> None:
    for weights in vars(network.roles).values():
        assert weights
        assert set(weights) <= set(network.layers)


def test_an_unknown_name_gets_the_list_of_known_ones() -> None:
    with pytest.raises(BadInput, match="no network 'vgg20': there are vgg19, vgg16, alexnet, vgg"):
        known.by_name("vgg20")


@pytest.mark.parametrize(
    ("spoken", "layer"),
    [("relu2_1", "relu2_1"), ("conv2_1", "relu2_1"), ("block2_conv1", "relu2_1")],
)
def test_layers_go_by_three_names(spoken: str, layer: str) -> None:
    assert VGG19.layer(spoken).name == layer


@pytest.mark.parametrize("spoken", ["relu6_1", "block2_relu1", "block2_1", "conv", "", "fc6"])
def test_an_unknown_layer_gets_the_list_of_known_ones(spoken: str) -> None:
    with pytest.raises(BadInput, match=r"has no layer '.*': it has relu1_1, relu1_2, .*relu5_4\."):
        VGG19.layer(spoken)


# --- a file of one's own ------------------------------------------------------------------------


def test_a_file_comes_back_as_it_went(path: Path, tensors: dict[str, Tensor]) -> None:
    network, found = known.load(str(path), path.parent)
    assert (network.name, network.steps, network.roles) == (SMALL.name, SMALL.steps, SMALL.roles)
    assert network.weights.digest == digest_of(tensors)
    assert known.by_name(str(path)) == network
    for name in set(tensors) - {"conv1_1.weight", "conv1_1.bias"}:
        assert torch.equal(found[name], tensors[name])


def test_a_files_network_takes_pictures_as_it_was_trained(
    path: Path, tensors: dict[str, Tensor]
) -> None:
    """Compared in float64 with normalising the pictures first."""
    network, found = custom.read(path)
    picture = torch.rand(1, 3, 21, 30, dtype=torch.float64)
    mean, deviation = (
        torch.tensor(values).double()[:, None, None]
        for values in (IMAGENET.mean, IMAGENET.deviation)
    )
    doubles = {name: tensor.double() for name, tensor in tensors.items()}
    expected = ChainNetwork(network, doubles)((picture - mean) / deviation, network.layers)
    given = {name: tensor.double() for name, tensor in found.items()}
    for name, features in ChainNetwork(network, given)(picture, network.layers).items():
        scale = float(expected[name].max())
        torch.testing.assert_close(features / scale, expected[name] / scale, rtol=0, atol=1e-5)


def _described(path: Path, **changes: Any) -> None:
    """The file with another descriptor; entries that are None are left out."""
    with safe_open(path, framework="pt") as file:
        told = json.loads(file.metadata()[custom.KEY])
    told = {name: value for name, value in {**told, **changes}.items() if value is not None}
    save_file(load_file(path), path, {custom.KEY: json.dumps(told)})


NO_ROLES: dict[str, Any] = {"style": {}, "content": {}, "matching": {}}
STEP = {"name": "relu1_1", "channels": 4, "kernel": 3, "stride": 1, "padding": 1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": 2}, "it is of format 2, this Impasto knows 1"),
        ({"steps": None}, "lacks 'steps'"),
        ({"steps": []}, "does not begin with a convolution"),
        ({"steps": [{"kernel": 2, "stride": 2, "padding": 0}]}, "does not begin with a conv"),
        ({"steps": [STEP] * 2}, "two of its layers have the same name"),
        ({"steps": [STEP] * 65}, "at most 64"),
        ({"steps": "relu1_1"}, "lacks a list"),
        ({"steps": [3]}, "can't be understood"),
        ({"steps": [{**STEP, "name": "../x"}]}, "a layer is called '../x'"),
        ({"steps": [{**STEP, "channels": 10**9}]}, "1 to 2048 should be"),
        ({"steps": [{**STEP, "kernel": 3.0}]}, "1 to 31 should be"),
        ({"steps": [{**STEP, "stride": 0}]}, "1 to 3 should be"),
        ({"steps": [{**STEP, "padding": 2}]}, "0 to 1 should be"),
        ({"steps": [STEP], "roles": NO_ROLES}, "its tensors are not those of its steps"),
        ({"roles": {**NO_ROLES, "style": {"relu9_1": 1.0}}}, "layer 'relu9_1'"),
        ({"roles": {**NO_ROLES, "style": {"relu1_1": -1.0}}}, "less than 0"),
        ({"roles": {"style": {}}}, "lacks 'content'"),
        ({"input": {"mean": [0, 0], "deviation": [1, 1, 1]}}, "three numbers"),
        ({"input": {"mean": [0, 0, float("nan")], "deviation": [1, 1, 1]}}, "nan where a number"),
        ({"input": {"mean": [0] * 3, "deviation": [1, 0, 1]}}, "deviation is not above 0"),
        ({"name": "x" * 300}, "where a name should be"),
        ({"digest": "0" * 64}, "it is damaged"),
    ],
)
def test_a_description_that_is_wrong_is_refused(
    path: Path, changes: dict[str, Any], reason: str
) -> None:
    _described(path, **changes)
    with pytest.raises(BadInput, match="no network that Impasto can use") as error:
        custom.read(path)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ({"conv1_1.bias": torch.zeros(5)}, "conv1_1.bias is not float32 of the shape (4,)"),
        ({"conv1_1.bias": torch.zeros(4).double()}, "conv1_1.bias is not float32"),
        ({"conv1_1.bias": torch.full((4,), torch.nan)}, "conv1_1.bias holds values that are no"),
        ({"conv1_1.bias": torch.zeros(4)}, "it is damaged"),
        ({"head.weight": torch.zeros(4)}, "not those of its steps (head.weight)"),
    ],
)
def test_other_tensors_are_refused(path: Path, others: dict[str, Tensor], reason: str) -> None:
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    save_file({**load_file(path), **others}, path, metadata)
    with pytest.raises(BadInput) as error:
        custom.read(path)
    assert reason in str(error.value)


def test_files_that_are_something_else_are_refused(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    for data in (b"", b"text", whole[:-10], whole[:200], b"\xff" * 4000):
        path.write_bytes(data)
        with pytest.raises(BadInput, match=r"small\.safetensors can't be read as a safetensors"):
            custom.read(path)
    save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(BadInput, match="does not say of what network"):
        known.by_name(str(path))
    with pytest.raises(BadInput, match=r"There is no network .*: check its name"):
        known.by_name(str(tmp_path / "missing.safetensors"))
    with pytest.raises(BadInput, match="it is not a file"):
        known.by_name(str(tmp_path))


def test_one_flipped_bit_is_seen(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadInput, match="it is damaged"):
        custom.read(path)


# --- torchvision's ------------------------------------------------------------------------------


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub without internet; returns the place of torchvision's VGG-19 in it."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    checkpoints = tmp_path / "torch/hub/checkpoints"
    checkpoints.mkdir(parents=True)
    return checkpoints / "vgg19-dcbb9e9d.pth"


def test_torchvisions_own_network_gives_the_same_features(hub: Path, tmp_path: Path) -> None:
    """Our features equal torchvision's away from the border, also once its file is gone."""
    torch.manual_seed(0)
    theirs = torchvision.models.vgg19().eval()
    torch.save(theirs.features.state_dict(prefix="features."), hub)
    network, tensors = known.load("vgg19-torchvision", tmp_path / "weights")
    hub.unlink()
    again = known.load("vgg19-torchvision", tmp_path / "weights")[1]
    assert all(torch.equal(tensors[name], again[name]) for name in tensors)

    picture = torch.rand(1, 3, 96, 96)
    mean, deviation = (
        torch.tensor(values).view(1, 3, 1, 1) for values in (IMAGENET.mean, IMAGENET.deviation)
    )
    with torch.no_grad():
        expected = theirs.features[:12]((picture - mean) / deviation)  # relu3_1
    found = ChainNetwork(network, tensors)(picture, ["relu3_1"])["relu3_1"]
    inside = (..., slice(4, -4), slice(4, -4))
    scale = float(expected.abs().max())
    torch.testing.assert_close(found[inside] / scale, expected[inside] / scale, rtol=0, atol=1e-5)


def test_what_was_kept_and_is_damaged_is_fetched_again(hub: Path, tmp_path: Path) -> None:
    torch.save(torchvision.models.vgg19().features.state_dict(prefix="features."), hub)
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "vgg19-torchvision.safetensors").write_bytes(b"half a file")
    tensors = vgg19_torchvision.load(folder)
    assert tensors["conv5_4.bias"].shape == (512,)


def test_without_the_hub_a_sentence_says_what_to_do(hub: Path, tmp_path: Path) -> None:
    with pytest.raises(ImpastoError, match=r"can't be fetched from .*: connect") as error:
        known.load("vgg19-torchvision", tmp_path / "weights")
    assert str(hub) in str(error.value)
    assert not list((tmp_path / "weights").iterdir())


@pytest.mark.parametrize("content", [b"", b"text", {"features.0.weight": torch.zeros(3)}])
def test_another_file_in_the_hubs_place_is_refused(
    hub: Path, tmp_path: Path, content: bytes | dict[str, Tensor]
) -> None:
    if isinstance(content, bytes):
        hub.write_bytes(content)
    else:
        torch.save(content, hub)
    with pytest.raises(ImpastoError, match="is not torchvision's VGG-19") as error:
        known.load("vgg19-torchvision", tmp_path / "weights")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "weights").iterdir())


def test_nothing_else_is_unpickled(hub: Path, tmp_path: Path) -> None:
    torch.save(Path("x"), hub)
    with pytest.raises(ImpastoError, match="is not torchvision's VGG-19"):
        known.load("vgg19-torchvision", tmp_path / "weights")


def test_weights_that_take_pictures_as_they_are_stay_as_they_are(
    tmp_path: Path, tensors: dict[str, Tensor]
) -> None:
    custom.write(tmp_path / "plain.safetensors", SMALL, tensors, Input(), "")
    found = custom.read(tmp_path / "plain.safetensors")[1]
    assert all(torch.equal(found[name], tensors[name]) for name in tensors)
