"""Peers that do to a worker what no host of ours does: strangers, and clients gone wrong."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Callable

from core.bridge.client import introduction, wire
from core.bridge.contract.request import Request
from core.bridge.storage.paths import Installation


def call(place: Installation) -> socket.socket:
    """A connection that has not introduced itself."""
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(60)
    made.connect(place.address())
    return made


def read(peer: socket.socket, reader: wire.Reader) -> wire.Message:
    while True:
        count = peer.recv_into(reader.room)
        if count == 0:
            raise EOFError
        if (message := reader.took(count)) is not None:
            return message


def answer(peer: socket.socket, key: bytes) -> wire.Message:
    """Introduce oneself with a key; what the worker says to it."""
    reader, ours = wire.Reader(), introduction.ClientSide(key, "")
    told = ours.answer(read(peer, reader))
    peer.sendall(b"".join(wire.pack("answer", told)))
    return read(peer, reader)


def enter(place: Installation) -> socket.socket:
    """A connection that the worker has let in, to say anything over."""
    peer = call(place)
    assert answer(peer, place.key_file().read_bytes()).type == "proof"
    return peer


def hung_up(peer: socket.socket) -> bool:
    """Whether the worker ends the connection, whatever it says before."""
    try:
        while peer.recv(1 << 16):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


def header(text: bytes) -> bytes:
    return len(text).to_bytes(4, "big") + text


def paint(request: Request, **changes: object) -> tuple[bytes, bytes]:
    """A request's header and its frames, with some of the header's values changed."""
    told, frames = request.to_message()
    whole = {**told, "type": "paint", "number": 1, "frames": [len(frame) for frame in frames]}
    return header(json.dumps({**whole, **changes}).encode()), b"".join(map(bytes, frames))


def deep(levels: int) -> bytes:
    return b'{"type": "paint", "frames": [], "number": ' + b"[" * levels + b"]" * levels + b"}"


NONSENSE: dict[str, Callable[[random.Random], bytes]] = {
    "web": lambda _: b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "noise": lambda chance: chance.randbytes(chance.randrange(4, 4000)),
    "zeros": lambda _: bytes(1000),
    "endless header": lambda _: b"\xff\xff\xff\xff" + b" " * 1000,
    "huge header": lambda _: header(b'{"type": "' + b"x" * wire.MAX_HEADER + b'"}'),
    "deep header": lambda chance: header(deep(chance.choice([9, 1000, 100_000]))),
    "list": lambda _: header(b"[]"),
    "no type": lambda _: header(b'{"frames": []}'),
    "unknown type": lambda _: header(b'{"type": "sing", "frames": []}'),
    "true frames": lambda _: header(b'{"type": "keep", "frames": [true]}'),
    "huge frame": lambda _: header(b'{"type": "paint", "frames": [%d]}' % (1 << 52)),
    "many frames": lambda _: header(b'{"type": "paint", "frames": %s}' % str([0] * 99).encode()),
    "frames of no use": lambda _: header(b'{"type": "keep", "frames": [5]}') + b"hello",
    "nan": lambda _: header(b'{"type": "paint", "frames": [], "number": NaN}'),
    "infinite": lambda _: header(b'{"type": "paint", "frames": [], "number": 1e999}'),
    "long number": lambda _: header(b'{"type":"paint","frames":[],"number":' + b"7" * 5000 + b"}"),
    "listed number": lambda _: header(b'{"type": "paint", "frames": [], "number": []}'),
    "true number": lambda _: header(b'{"type": "paint", "frames": [], "number": true}'),
}
"""What is no message of ours, by name: who says it is hung up on."""
