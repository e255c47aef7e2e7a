"""Chooses the fastest algorithm of a convolution on this machine, measured once and kept.

PyTorch's own takes its kernel laid out beforehand where that is worth the memory, measured or not.

There is one choice for each kind of layer and not for each size of picture, so that a tile is
computed in the same way as the whole picture. A choice is read when a network is built and holds as
long as the network. If nothing was measured, every convolution uses the ordinary algorithm.
"""

from __future__ import annotations

import json
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
from core.features.convolutions.packed import LEAST, Packed
from core.features.convolutions.winograd import Scratch, Winograd
from core.features.descriptor import Chain
from core.features.models.vgg19 import VGG19
from core.features.operators import can_pack
from core.system import devices
from core.system.stopping import ShouldStop, ask

_log = logging.getLogger(__name__)

DEEPEST = "relu5_1"
"""The deepest layer of VGG-19 that a painting uses."""

EXTENT = Extent(256, 192)
"""The size of the picture at which layers are measured."""

ROUNDS, SECONDS = 3, 1.5
"""How often each algorithm is timed (the shortest time counts), and the seconds after which no new
round begins. All takes about 1.5 s on two cores with AVX2."""

UNDISTURBED = 0.75
"""The smallest share of its threads' time that a measurement must get from the processor to be
used. Beside other work, threads wait for each other between products, and longer if there are many
products."""

WORTH = 0.95
"""The largest share of the ordinary algorithm's time at which another one is used."""

ORDINARY, WINOGRAD = "ordinary", "winograd"


def _ordinary(weight: Tensor, bias: Tensor, _: Scratch) -> Algorithm:
    """PyTorch's own, with its kernel laid out beforehand where that is worth the memory."""
    packed = min(weight.shape[:2]) >= LEAST and can_pack(weight)
    return Packed(weight, bias) if packed else Ordinary(weight, bias)


_ALGORITHMS: Mapping[str, Callable[[Tensor, Tensor, Scratch], Algorithm]] = {
    ORDINARY: _ordinary,
    WINOGRAD: Winograd,
}


@dataclass(frozen=True)
class LayerKind:
    """A kind of layers, whose convolutions take equally long.

    Attributes:
        given, made: the channels of the input and of the output.
        stride: of the layer, in pixels of the picture.
    """

    given: int
    made: int
    stride: int

    def __str__(self) -> str:
        return f"{self.given} to {self.made} at {self.stride}"

    @property
    def turned(self) -> LayerKind:
        """From the channels of the output to those of the input."""
        return LayerKind(self.made, self.given, self.stride)


Times = Mapping[str, Mapping[str, float]]
"""Seconds, by kind and by algorithm."""


def algorithms(
    network: Chain, tensors: Mapping[str, Tensor], file: Path | None
) -> dict[str, Algorithm]:
    """The algorithms of those layers for which there is a faster one than a plain call, by layer.

    Args:
        network: the descriptor.
        tensors: the network's weights, on which the algorithms are built.
        file: the file of :func:`measure_once`, if there is one.
    """
    layers = _kinds(network)
    found = of_kinds({weights: kind for _, weights, kind in layers}, tensors, file)
    return {name: found[weights] for name, weights, _ in layers if weights in found}


def of_kinds(
    layers: Mapping[str, LayerKind], tensors: Mapping[str, Tensor], file: Path | None
) -> dict[str, Algorithm]:
    """As :func:`algorithms`, of 3x3 convolutions that are no chain.

    Args:
        layers: the kind of each, by the name of its weights.
        tensors, file: as for a chain.
    """
    some = next(iter(tensors.values()))
    to_choose = file is not None and _to_choose(some.device, some.dtype)
    times = _kept(file) if file is not None and to_choose else {}
    scratch = Scratch()
    built = {
        name: _ALGORITHMS[_best(_of_kind(times, kind))](
            tensors[f"{name}.weight"], tensors[f"{name}.bias"], scratch
        )
        for name, kind in layers.items()
    }
    return {name: how for name, how in built.items() if not isinstance(how, Ordinary)}


def measure_once(file: Path, device: torch.device, should_stop: ShouldStop = lambda: False) -> bool:
    """Time all algorithms, unless the file has times for this machine and number of threads.

    If it fails, as for want of memory, if other work disturbs it, or if it can't be written, the
    next worker measures again.

    Args:
        file: where the times are kept.
        device: that networks compute on.
        should_stop: asked between two layers.

    Returns:
        Whether there are times that were not there before.

    Raises:
        Stopped: ``should_stop`` returned True.
    """
    to_choose = _to_choose(device, devices.convolution_dtype(device))
    if not to_choose or _times(own.read_json(file).get(machine())):
        return False
    started = time.perf_counter()
    try:
        times = measure(should_stop)
    except (MemoryError, RuntimeError) as error:
        _log.warning("convolutions can't be measured: %s", error)
        return False
    _log.info("measured convolutions in %.1f s: %s", time.perf_counter() - started, times)
    if not times:
        return False
    try:
        # A damaged file is replaced: what it held can be measured again.
        own.write(file, json.dumps({**own.read_json(file), machine(): times}, indent=1).encode())
    except OSError as error:
        _log.warning("which convolution is the quickest can't be kept: %s", error)
        return False
    return True


def told(file: Path, device: torch.device) -> str:
    """The choice in words for a person."""
    if device.type != "cpu":
        return f"PyTorch's own, on {device.type}"
    dtype = devices.convolution_dtype(device)
    if not _to_choose(device, dtype):
        return f"PyTorch's own, in {str(dtype).removeprefix('torch.')}"
    times = _kept(file)
    if not times:
        return "PyTorch's own; others are measured when a worker rests or begins to paint"
    quicker = sum(_best(each) != ORDINARY for each in times.values())
    before = sum(each[ORDINARY] for each in times.values())
    after = sum(each[_best(each)] for each in times.values())
    return (
        f"Winograd's for {quicker} of {len(times)} kinds of layers, "
        f"{after / before:.2f} of the time of PyTorch's own"
    )


def kept(file: Path | None, device: torch.device) -> Times:
    """What was measured of the convolutions that run on a device; empty if nothing was."""
    to_choose = _to_choose(device, devices.convolution_dtype(device))
    return _kept(file) if file is not None and to_choose else {}


def quickest(times: Times, kind: LayerKind) -> float | None:
    """Seconds of one forward pass of a layer at a picture of :data:`EXTENT`, by the algorithm that
    is taken; None where its kind was not measured."""
    found = _of_kind(times, kind)
    # Forward and backward are the same products.
    return found[_best(found)] / 2 if found else None


def machine() -> str:
    """The processor, PyTorch and the number of threads, on which the choice depends."""
    return f"{_processor()}{torch.get_num_threads()}{_THREADS}"


_THREADS = " threads"


def _processor() -> str:
    """What :func:`machine` gives, up to the number of threads."""
    name = torch.cpu.get_capabilities().get("cpu_name", "processor")
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{name}, {capability}, PyTorch {torch.__version__}, "


@torch.inference_mode()
def measure(should_stop: ShouldStop = lambda: False) -> dict[str, dict[str, float]]:
    """Time every algorithm, forward and backward, for each kind of VGG-19's layers.

    Returns:
        See :data:`Times`; empty if other work disturbed the measurement.

    Raises:
        Stopped: ``should_stop`` returned True.
    """
    scratch = Scratch()
    kinds = dict.fromkeys(kind for _, _, kind in _kinds(VGG19, DEEPEST))
    works = {str(kind): _Work(kind, scratch) for kind in kinds}
    found: dict[str, dict[str, float]] = {kind: {} for kind in works}
    started, used = time.perf_counter(), time.process_time()
    for _ in range(ROUNDS):
        for kind, work in works.items():
            for name in _ALGORITHMS:
                ask(should_stop)
                seconds = work.seconds(name)
                found[kind][name] = min(seconds, found[kind].get(name, seconds))
        elapsed = time.perf_counter() - started
        if time.process_time() - used < UNDISTURBED * elapsed * torch.get_num_threads():
            return {}
        if elapsed > SECONDS:
            break
    return found


class _Work:
    """A convolution of a kind of layers, on random numbers."""

    def __init__(self, kind: LayerKind, scratch: Scratch) -> None:
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
        # What an algorithm makes of its weights once is no part of its time. On a slow machine,
        # which measures a single round, it was up to two thirds.
        corner = self._given[..., :4, :4]
        for algorithm in self._algorithms.values():
            algorithm.forward(corner, 1)

    def seconds(self, name: str) -> float:
        algorithm, slope = self._algorithms[name], self._made.clone()
        started = time.perf_counter()
        algorithm.forward(self._given, 1)
        algorithm.backward(slope, self._made, self._given, 1)
        return time.perf_counter() - started


def _kinds(network: Chain, deepest: str = "") -> list[tuple[str, str, LayerKind]]:
    """The layers that have more than one algorithm, with the names of their weights.

    Args:
        network: the descriptor.
        deepest: the last layer; by default that of the network.
    """
    found, given = [], 3
    for step in network.convolutions:
        # With the three channels of a picture nothing is gained.
        if given > 3 and (step.kernel, step.stride, step.padding) == (3, 1, 1):
            stride = network.layer(step.name).stride
            found.append((step.name, step.weights, LayerKind(given, step.channels, stride)))
        given = step.channels
        if step.name == deepest:
            break
    return found


def _to_choose(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether there is more than one algorithm, as on a CPU without bfloat16."""
    return device.type == "cpu" and dtype == torch.float32


def _kept(file: Path) -> Times:
    """The times of this machine, with as many threads or else with the nearest number that was
    measured; empty if there are none, or the file holds something else."""
    start, own_number = _processor(), torch.get_num_threads()
    found = {}
    for key, held in own.read_json(file).items():
        number = key.removeprefix(start).removesuffix(_THREADS)
        if key == f"{start}{number}{_THREADS}" and number.isdecimal() and (times := _times(held)):
            found[int(number)] = times
    nearest = min(found, key=lambda number: (abs(number - own_number), number), default=None)
    return {} if nearest is None else found[nearest]


def _times(found: Any) -> Times:
    """What was kept; empty if it is something else."""
    known = isinstance(found, dict) and all(
        isinstance(each, dict)
        and set(each) == set(_ALGORITHMS)
        and all(isinstance(seconds, float) and seconds > 0 for seconds in each.values())
        for each in found.values()
    )
    return found if known else {}


def _of_kind(times: Times, kind: LayerKind) -> Mapping[str, float]:
    """The times of a kind, or of the one turned: they are of both passes, and the forward pass of
    one is the backward pass of the other. Empty if there are none."""
    return times.get(str(kind)) or times.get(str(kind.turned), {})


def _best(times: Mapping[str, float]) -> str:
    """The fastest algorithm; the ordinary one unless another is much faster."""
    best = min(times, key=times.__getitem__, default=ORDINARY)
    return best if times and times[best] < WORTH * times[ORDINARY] else ORDINARY
