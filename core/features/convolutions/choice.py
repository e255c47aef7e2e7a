"""Which algorithm of a convolution is the quickest on this machine: measured once and kept.

A choice is one for each kind of layer, whatever the picture's size: so a tile is computed as the
whole picture is. It is read when a network is built, and stays as long as the network does. Where
nothing was measured, every convolution takes the ordinary algorithm.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.bridge.storage import own
from core.features.convolutions.algorithm import Algorithm, Ordinary
from core.features.convolutions.winograd import Scratch, Winograd
from core.features.descriptor import Chain
from core.features.models.vgg19 import VGG19
from core.system import devices

_log = logging.getLogger(__name__)

DEEPEST = "relu5_1"
"""Of the layers of VGG-19 that a painting looks at."""

EXTENT = Extent(256, 192)
"""Of the picture at whose sizes layers are measured."""

ROUNDS, SECONDS = 3, 1.5
"""How often each algorithm is timed, of which the shortest counts, and after how long no other
round begins: about 1.5 s altogether on two cores with AVX2."""

UNDISTURBED = 0.75
"""Part of its threads' time that a measurement must get from the processor to be believed. Beside
other work, threads wait for each other between products, and longest where those are many."""

WORTH = 0.95
"""Part of the ordinary algorithm's time that another may take at most."""

ORDINARY, WINOGRAD = "ordinary", "winograd"
_ALGORITHMS: Mapping[str, Callable[[Tensor, Tensor, Scratch], Algorithm]] = {
    ORDINARY: lambda weight, bias, _: Ordinary(weight, bias),
    WINOGRAD: Winograd,
}


@dataclass(frozen=True)
class Kind:
    """What layers have in common whose convolutions take equally long.

    Attributes:
        given, made: the channels of their input and their output.
        stride: the layer's, in pixels.
    """

    given: int
    made: int
    stride: int

    def __str__(self) -> str:
        return f"{self.given} to {self.made} at {self.stride}"


Times = Mapping[str, Mapping[str, float]]
"""Seconds, by kind and by algorithm."""


def algorithms(
    network: Chain, tensors: Mapping[str, Tensor], file: Path | None
) -> dict[str, Algorithm]:
    """Those of the layers for which another is quicker than the ordinary one, by layer.

    Args:
        network: its descriptor.
        tensors: its weights, which they are built on.
        file: where :func:`measure_once` keeps what it found; None where nowhere.
    """
    some = next(iter(tensors.values()))
    if file is None or not _to_choose(some.device, some.dtype):
        return {}
    times, scratch = _kept(file), Scratch()
    return {
        name: _ALGORITHMS[best](tensors[f"{layer}.weight"], tensors[f"{layer}.bias"], scratch)
        for name, layer, kind in _kinds(network)
        if (best := _best(times.get(str(kind), {}))) != ORDINARY
    }


def measure_once(file: Path, device: torch.device) -> None:
    """Time all algorithms if nobody has, with this processor, PyTorch and number of threads.

    Where it can't be kept, or something else is at work, the next worker does it again.
    """
    if not _to_choose(device, devices.convolution_dtype(device)) or _kept(file):
        return
    started = time.perf_counter()
    times = measure()
    _log.info("measured convolutions in %.1f s: %s", time.perf_counter() - started, times)
    if not times:
        return
    try:
        own.write_json(file, {**own.read_json(file), machine(): times})
    except OSError as error:
        _log.warning("which convolution is the quickest can't be kept: %s", error)


def told(file: Path, device: torch.device) -> str:
    """The choice in words for a person."""
    if device.type != "cpu":
        return f"PyTorch's own, on {device.type}"
    dtype = devices.convolution_dtype(device)
    if not _to_choose(device, dtype):
        return f"PyTorch's own, in {str(dtype).removeprefix('torch.')}"
    times = _kept(file)
    if not times:
        return "PyTorch's own; others are measured when a worker starts beside no other work"
    quicker = sum(_best(each) != ORDINARY for each in times.values())
    before = sum(each[ORDINARY] for each in times.values())
    after = sum(each[_best(each)] for each in times.values())
    return (
        f"Winograd's for {quicker} of {len(times)} kinds of layers, "
        f"{after / before:.2f} of the time of PyTorch's own"
    )


def machine() -> str:
    """What the choice depends on."""
    name = torch.cpu.get_capabilities().get("cpu_name", "processor")
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{name}, {capability}, PyTorch {torch.__version__}, {torch.get_num_threads()} threads"


@torch.inference_mode()
def measure() -> dict[str, dict[str, float]]:
    """Time every algorithm, forward and backward, for each kind of VGG-19's layers.

    Returns:
        See :data:`Times`; empty where the processor had something else to do.
    """
    scratch = Scratch()
    kinds = dict.fromkeys(kind for _, _, kind in _kinds(VGG19, DEEPEST))
    works = {str(kind): _Work(kind, scratch) for kind in kinds}
    found: dict[str, dict[str, float]] = {kind: {} for kind in works}
    started, used = time.perf_counter(), time.process_time()
    for _ in range(ROUNDS):
        for kind, work in works.items():
            for name in _ALGORITHMS:
                seconds = work.seconds(name)
                found[kind][name] = min(seconds, found[kind].get(name, seconds))
        elapsed = time.perf_counter() - started
        if time.process_time() - used < UNDISTURBED * elapsed * torch.get_num_threads():
            return {}
        if elapsed > SECONDS:
            break
    return found


class _Work:
    """A convolution of a kind, on numbers of no meaning."""

    def __init__(self, kind: Kind, scratch: Scratch) -> None:
        width, height = (side // kind.stride for side in EXTENT)
        weight, self._given, self._made = (
            torch.rand(shape).sub_(0.5).contiguous(memory_format=torch.channels_last)
            for shape in (
                (kind.made, kind.given, 3, 3),
                (1, kind.given, height, width),
                (1, kind.made, height, width),
            )
        )
        bias = torch.zeros(kind.made)
        self._algorithms = {
            name: build(weight, bias, scratch) for name, build in _ALGORITHMS.items()
        }

    def seconds(self, name: str) -> float:
        algorithm, slope = self._algorithms[name], self._made.clone()
        started = time.perf_counter()
        algorithm.forward(self._given, 1)
        algorithm.backward(slope, self._made, self._given, 1)
        return time.perf_counter() - started


def _kinds(network: Chain, deepest: str = "") -> list[tuple[str, str, Kind]]:
    """Layers that have more than one algorithm, up to the deepest, and their weights' names."""
    found, given = [], 3
    for step in network.convolutions:
        # With the picture's three channels there is nothing to gain.
        if given > 3 and (step.kernel, step.stride, step.padding) == (3, 1, 1):
            stride = network.layer(step.name).stride
            found.append((step.name, step.weights, Kind(given, step.channels, stride)))
        given = step.channels
        if step.name == deepest:
            break
    return found


def _to_choose(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether there is more than one algorithm: on a CPU that has no bfloat16."""
    return device.type == "cpu" and dtype == torch.float32


def _kept(file: Path) -> Times:
    """What was measured here; empty where nothing was, or the file holds something else."""
    found: Any = own.read_json(file).get(machine())
    known = isinstance(found, dict) and all(
        isinstance(each, dict)
        and set(each) == set(_ALGORITHMS)
        and all(isinstance(seconds, float) and seconds > 0 for seconds in each.values())
        for each in found.values()
    )
    return found if known else {}


def _best(times: Mapping[str, float]) -> str:
    """The quickest algorithm; the ordinary one unless another is worth it."""
    best = min(times, key=times.__getitem__, default=ORDINARY)
    return best if times and times[best] < WORTH * times[ORDINARY] else ORDINARY
