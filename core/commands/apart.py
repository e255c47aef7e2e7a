"""What a command reads is never what it writes over."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from core.bridge.contract.errors import BadInput


def refuse_over(read: Iterable[Path], written: Iterable[Path], folder: Path | None = None) -> None:
    """Check it before the work.

    Args:
        read: files and folders that the work reads.
        written: files that it writes.
        folder: that it fills and takes away at the end, if there is one.

    Raises:
        BadInput: one of them is both.
    """
    places = {path.resolve() for path in written}
    whole = None if folder is None else folder.resolve()
    for path in read:
        place = path.resolve()
        if place in places or whole in (place, *place.parents):
            raise BadInput(
                "{path} is read for this work and would be written over: choose another name or "
                "another folder to write to.",
                path=path,
            )
