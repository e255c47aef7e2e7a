"""Networks from files: safetensors whose metadata holds the network's descriptor.

``impasto train`` writes such files, and so may anybody. Everything in a file is checked: names,
sizes, shapes, that numbers are finite, and the digest of the tensors.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from safetensors import SafetensorError, safe_open
from torch import Tensor

from core.bridge.contract.errors import BadInput, Reason
from core.bridge.storage.regular import is_no_file
from core.features.descriptor import Chain, Convolution, Input, Pooling, Roles, Trained
from core.features.weights.folding import fold
from core.features.weights.store import save
from core.system.tensors import digest

KEY, FORMAT = "impasto", 1
"""The name of the metadata's entry that holds the descriptor, and the version of its form."""

_STEPS, _CHANNELS, _KERNEL, _STRIDE = 64, 2048, 31, 32
"""The most steps and channels, the largest kernel, and the largest product of all strides."""

_TEXT = 1 << 16
"""The most characters of a descriptor."""

Value = TypeVar("Value")


class _Wrong(Reason):
    """The end of a sentence that says what is wrong with a file."""


def write(
    path: Path, network: Chain, tensors: Mapping[str, Tensor], given: Input, about: str
) -> None:
    """Write a network's file.

    Args:
        path: of the file.
        network: its descriptor; the digest in it is ignored.
        tensors: its weights and biases, as trained.
        given: the form of pictures that its first convolution takes.
        about: how it was trained and how good it is, for people.

    Raises:
        ImpastoError: it can't be written.
    """
    told = {
        "format": FORMAT,
        "name": network.name,
        "steps": [asdict(step) for step in network.steps],
        "input": asdict(given),
        "roles": {role: dict(weights) for role, weights in vars(network.roles).items()},
        "digest": digest(tensors),
    }
    save(tensors, path, {KEY: json.dumps(told), "about": about})


def describe(path: Path) -> Chain:
    """The descriptor in a network's file. The tensors are not read.

    Raises:
        BadInput: there is no such file, or it is something else.
    """
    return _opened(path, lambda file: _described(file)[0])


def read(path: Path) -> tuple[Chain, dict[str, Tensor]]:
    """A network and its weights, for pictures of RGB in 0..1.

    Raises:
        BadInput: there is no such file, it is something else, or it is damaged.
    """
    return _opened(path, _read)


def _opened(path: Path, work: Callable[[Any], Value]) -> Value:
    try:
        if is_no_file(path):  # reading a pipe would wait
            raise _Wrong("it is not a file")
        with safe_open(path, framework="pt") as file:
            return work(file)
    except FileNotFoundError as error:
        raise BadInput("There is no network {path}: check its name.", path=path) from error
    except _Wrong as error:
        raise BadInput(
            "{path} is no network that Impasto can use: {reason}. 'impasto train' makes one.",
            path=path,
            reason=error,
        ) from error
    except (OSError, SafetensorError) as error:
        raise BadInput(
            "{path} can't be read as a safetensors file: {reason}.", path=path, reason=error
        ) from error


def _read(file: Any) -> tuple[Chain, dict[str, Tensor]]:
    network, given = _described(file)
    shapes = _shapes(network)
    if set(file.keys()) != set(shapes):
        names = ", ".join(sorted(set(file.keys()) ^ set(shapes))[:3])
        raise _Wrong("its tensors are not those of its steps ({names})", names=names)
    for name, shape in shapes.items():
        found = file.get_slice(name)
        if (found.get_dtype(), tuple(found.get_shape())) != ("F32", shape):
            raise _Wrong("{name} is not float32 of the shape {shape}", name=name, shape=shape)
    tensors = {name: file.get_tensor(name) for name in shapes}
    for name, tensor in tensors.items():
        if not bool(tensor.isfinite().all()):
            raise _Wrong("{name} holds values that are no numbers (NaN or infinite)", name=name)
    if digest(tensors) != network.weights.digest:
        raise _Wrong("it is damaged, its weights are not those it was written with")
    if given != Input():
        fold(given, tensors, network.convolutions[0].weights)
    return network, tensors


def _shapes(network: Chain) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    channels = 3
    for step in network.convolutions:
        shapes[f"{step.weights}.weight"] = (step.channels, channels, step.kernel, step.kernel)
        shapes[f"{step.weights}.bias"] = (step.channels,)
        channels = step.channels
    return shapes


# --- the descriptor -----------------------------------------------------------------------------


def _described(file: Any) -> tuple[Chain, Input]:
    text = (file.metadata() or {}).get(KEY)
    if text is None:
        raise _Wrong("it holds tensors, but does not say of what network")
    if len(text) > _TEXT:
        raise _Wrong("its description is too long")
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise _Wrong(
                "it is of format {format}, this Impasto knows {known}",
                format=told["format"],
                known=FORMAT,
            )
        network = Chain(
            name=_text(told["name"]),
            steps=tuple(_step(step) for step in _list(told["steps"], _STEPS)),
            weights=Trained(_text(told["name"]), _text(told["digest"])),
        )
        _check(network)
        given = {"faces": {}, **told["roles"]}  # files from before there were faces lack them
        roles = {role: _weights(network, given[role]) for role in vars(Roles())}
        return replace(network, roles=Roles(**roles)), _input(told["input"])
    except KeyError as error:
        raise _Wrong("its description lacks {what}", what=error) from error
    except (TypeError, AttributeError, RecursionError, json.JSONDecodeError) as error:
        raise _Wrong("its description can't be understood ({reason})", reason=error) from error


def _check(network: Chain) -> None:
    names = [step.name for step in network.convolutions]
    if not names or not isinstance(network.steps[0], Convolution):
        raise _Wrong("it does not begin with a convolution")
    if len(set(names)) < len(names):
        raise _Wrong("two of its layers have the same name")
    if math.prod(step.stride for step in network.steps) > _STRIDE:
        raise _Wrong("its strides make more than {most} px", most=_STRIDE)


def _step(told: Mapping[str, Any]) -> Convolution | Pooling:
    kernel = _count(told["kernel"], 1, _KERNEL)
    # With more padding, positions would stand for places outside the picture.
    square = {
        "kernel": kernel,
        "stride": _count(told["stride"], 1, kernel),
        "padding": _count(told["padding"], 0, (kernel - 1) // 2),
    }
    if "name" not in told:
        return Pooling(**square)
    name = _text(told["name"])
    if not re.fullmatch(r"relu\d{1,2}(_\d{1,2})?", name):
        raise _Wrong("a layer is called '{name}' instead of, say, relu2_1", name=name[:20])
    return Convolution(name, _count(told["channels"], 1, _CHANNELS), **square)


def _input(told: Mapping[str, Any]) -> Input:
    mean, deviation = _three(told["mean"]), _three(told["deviation"])
    if min(deviation) <= 0:
        raise _Wrong("its input's deviation is not above 0")
    return Input(mean, deviation, _number(told["scale"]), bool(told["bgr"]))


def _weights(network: Chain, told: Mapping[str, Any]) -> dict[str, float]:
    for name in told:
        if name not in network.layers:
            raise _Wrong("its roles name a layer '{name}' that it does not have", name=name[:20])
    weights = {name: _number(value) for name, value in told.items()}
    if any(weight < 0 for weight in weights.values()):
        raise _Wrong("one of its roles weighs less than 0")
    return weights


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 100 or not value.isprintable():
        raise _Wrong("its description has {value} where a name should be", value=f"{value!r:.20}")
    return value


def _list(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise _Wrong("its description lacks a list of at most {most} things", most=most)
    return value


def _count(value: Any, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise _Wrong(
            "its description has {value} where {low} to {high} should be",
            value=f"{value!r:.20}",
            low=low,
            high=high,
        )
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not abs(value) < 1e6:
        raise _Wrong("its description has {value} where a number should be", value=f"{value!r:.20}")
    return float(value)


def _three(values: Any) -> tuple[float, float, float]:
    if not isinstance(values, list) or len(values) != 3:
        raise _Wrong(
            "its description has {value} where three numbers should be", value=f"{values!r:.20}"
        )
    first, second, third = (_number(value) for value in values)
    return first, second, third
