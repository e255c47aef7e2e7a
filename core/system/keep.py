"""Keeps where work stands, so that the same work, asked for again, goes on from there.

It is kept in memory only: in as little of it as was agreed, and in less where memory is short.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from core.system import digest, memory

MOST = 1 << 29
"""Bytes: three paintings of 4000x3000 px, or a hundred of 768 px."""

SHARE = 1 / 8
"""The most of the machine's free memory that is taken, what is kept already counted as free."""

Value = TypeVar("Value")


class Keep:
    """Where the works stand that were done last. When they take too much, the least recently used
    goes. One thread uses it."""

    def __init__(self, most: int = 0) -> None:
        """Keep up to so many bytes; by default nothing."""
        self._most = most
        self._values: OrderedDict[str, tuple[Any, int]] = OrderedDict()

    @property
    def bytes(self) -> int:
        """How many it holds."""
        return sum(size for _, size in self._values.values())

    def bookmark(self, *work: object) -> Bookmark[Any]:
        """The place of a work.

        Args:
            work: everything that its result depends on, as :func:`core.system.digest.of` takes it.
        """
        return Bookmark(self, digest.of(*work)) if self._most else Bookmark()

    def get(self, key: str) -> Any:
        """The value of a key; None where there is none."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key][0]

    def put(self, key: str, size: int, make: Callable[[], object]) -> None:
        """Keep a value instead of the one that its key had.

        Args:
            key: of it.
            size: in bytes.
            make: gives it; not called where it would not fit.
        """
        self._values.pop(key, None)
        self.fit(size)
        if size <= self._limit():
            self._values[key] = make(), size

    def fit(self, more: int = 0) -> None:
        """Let go of as much as the memory that is free by now asks for.

        Args:
            more: bytes that are to be kept besides.
        """
        limit = self._limit()
        while self._values and self.bytes + more > limit:
            self._values.popitem(last=False)

    def clear(self) -> None:
        """Let go of everything."""
        self._values.clear()

    def _limit(self) -> int:
        free = memory.free()
        return self._most if free is None else min(self._most, int(SHARE * (free + self.bytes)))


class Bookmark(Generic[Value]):
    """Where one work stands; nowhere, for good, where no one keeps it."""

    def __init__(self, keep: Keep | None = None, key: str = "") -> None:
        self._keep, self._key = keep, key

    @property
    def found(self) -> Value | None:
        """What was put last; None where nothing was, or it had to go. It is not to be changed."""
        value: Value | None = None if self._keep is None else self._keep.get(self._key)
        return value

    def put(self, size: int, make: Callable[[], Value]) -> None:
        """Keep where it stands now.

        Args:
            size: of it, in bytes.
            make: gives it, with tensors that nobody else changes. Not called where no one keeps it.
        """
        if self._keep is not None:
            self._keep.put(self._key, size, make)

    def give_back(self) -> None:
        """Let go of all that is kept, of this work and of others: memory is short."""
        if self._keep is not None:
            self._keep.clear()
