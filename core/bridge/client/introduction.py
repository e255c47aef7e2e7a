"""How client and worker learn that the other one has the key, which itself is never sent.

The worker challenges with a number used once; the client answers it, with a number of its own;
the worker proves that it has the key as well. A proof covers both numbers and who gives it, so
that none can be used again, nor sent back to who made it.
"""

from __future__ import annotations

import os
from typing import Any

from ..contract.errors import OCCUPIED, WorkerLost
from . import wire

MAX_HEADER = 1 << 9
"""Bytes of a message of these at most."""


class WorkerSide:
    """The worker's part in one introduction."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._number = os.urandom(32).hex()

    def challenge(self) -> dict[str, Any]:
        return {"number": self._number}

    def proof(self, answer: wire.Message) -> dict[str, Any] | None:
        """What to prove oneself with; None where the client does not have the key."""
        theirs, proof = answer.header.get("number"), answer.header.get("proof")
        if answer.type != "answer" or not (isinstance(theirs, str) and isinstance(proof, str)):
            return None
        if not _same(proof, _proof(self._key, "client", self._number, theirs)):
            return None
        return {"proof": _proof(self._key, "worker", self._number, theirs)}


class ClientSide:
    """The client's part in one introduction."""

    def __init__(self, key: bytes, address: str) -> None:
        self._key = key
        self._address = address
        self._number = os.urandom(32).hex()
        self._theirs = ""

    def answer(self, challenge: wire.Message) -> dict[str, Any]:
        """The answer to what the worker said first. Raises WorkerLost where it is no worker."""
        theirs = challenge.header.get("number")
        if challenge.type != "challenge" or not isinstance(theirs, str):
            raise self.stranger()
        self._theirs = theirs
        return {
            "number": self._number,
            "proof": _proof(self._key, "client", theirs, self._number),
        }

    def check(self, proof: wire.Message) -> None:
        """Raises WorkerLost where the worker does not have the key, or ours was wrong."""
        given = proof.header.get("proof")
        expected = _proof(self._key, "worker", self._theirs, self._number)
        if proof.type != "proof" or not isinstance(given, str) or not _same(given, expected):
            raise self.stranger()

    def stranger(self) -> WorkerLost:
        return WorkerLost(
            "What listens at {address} is not Impasto's worker: end it, then try again.",
            code=OCCUPIED,
            address=self._address,
        )


def _proof(key: bytes, who: str, workers: str, clients: str) -> str:
    import hashlib  # here, as a host that starts imports this file
    import hmac

    told = _bytes(f"impasto {who} {workers} {clients}")
    return hmac.new(key, told, hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    import hmac

    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # a stranger's JSON may hold half a character
