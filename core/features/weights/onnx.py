"""Reads the trained tensors of an ONNX file, and nothing else.

ONNX is protobuf. The fields that are needed here are read by their numbers in onnx.proto. The onnx
package would read them too, but takes 17 MB and protobuf's runtime in every installation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from core.bridge.contract.errors import ImpastoError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
"""Protobuf's numbers of the forms of a field."""

_GRAPH = 7  # of a model
_INITIALIZER = 5  # of a graph
_DIMENSION, _TYPE, _NAME, _RAW_DATA = 1, 2, 8, 9  # of a tensor
_FLOAT32 = 1


def read_initializers(path: Path) -> dict[str, Tensor]:
    """Every initializer of the file's graph, by name.

    Raises:
        ImpastoError: the file is cut short, is no ONNX, or has a tensor that is not float32 or
            lies outside the file.
    """
    data = path.read_bytes()
    try:
        (graph,) = _messages(data, _GRAPH)
        return dict(_tensor(message) for message in _messages(graph, _INITIALIZER))
    except (ValueError, IndexError, RuntimeError) as error:
        raise ImpastoError(
            "{name} is not a file of ONNX tensors: {reason}.", name=path.name, reason=error
        ) from error


def _tensor(message: bytes) -> tuple[str, Tensor]:
    (name,) = _messages(message, _NAME)
    label = name.decode()
    shape = [value for number, value in _fields(message) if number == _DIMENSION]
    kinds = [value for number, value in _fields(message) if number == _TYPE]
    raw = _messages(message, _RAW_DATA)
    if kinds != [_FLOAT32] or len(raw) != 1:
        raise ValueError(f"{label} is not of float32 with its bytes in one piece")
    if not all(isinstance(size, int) for size in shape):
        raise ValueError(f"{label} has a shape in an unusual form")
    values = torch.frombuffer(bytearray(raw[0]), dtype=torch.float32)
    return label, values.reshape([int(size) for size in shape])


def _messages(data: bytes, wanted: int) -> list[bytes]:
    """The values of a field, by its number; they must be strings, bytes or messages."""
    found = [value for number, value in _fields(data) if number == wanted]
    if not all(isinstance(value, bytes) for value in found):
        raise ValueError(f"its field {wanted} is a number")
    return [value for value in found if isinstance(value, bytes)]


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The number and the value of every field of a message."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, place = _varint(data, place)
            yield number, value
            continue
        if kind == _BYTES:
            length, place = _varint(data, place)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"a field of the kind {kind} stands in it")
        if place + length > len(data):
            raise ValueError("it is cut short")
        yield number, data[place : place + length]
        place += length


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and the place behind it."""
    value = 0
    for group in range(10):
        byte = data[place + group]
        value |= (byte & 127) << 7 * group
        if byte < 128:
            return value, place + group + 1
    raise ValueError("a number in it has no end")
