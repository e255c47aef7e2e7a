"""A Krita that runs from an AppImage paints: what of its variables and libraries gets to whom."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .krita_paint import instant, paint, worker_pids
from .krita_session import Case, case, open_photo


def seen(process: int | str) -> dict[str, Any]:
    """A process's own variables, and the files it has in its memory."""
    folder = Path("/proc", str(process))
    pairs = (folder / "environ").read_bytes().decode(errors="replace").split("\0")
    lines = [line.split(maxsplit=5) for line in (folder / "maps").read_text().splitlines()]
    return {
        "variables": dict(pair.split("=", 1) for pair in pairs if "=" in pair),
        "files": sorted({line[5] for line in lines if len(line) == 6}),
    }


@case
def bundled() -> Case:
    """A painting; only where Krita runs from an AppImage."""
    mounted = os.environ.get("APPDIR")
    if mounted is None:
        return {}
    document = yield from open_photo()
    told = yield from paint(document, instant())
    (worker,) = worker_pids()
    krita = {**seen("self"), "variables": dict(os.environ)}  # with what Krita has added
    return {**told, "mounted": mounted, "krita": krita, "worker": seen(worker)}
