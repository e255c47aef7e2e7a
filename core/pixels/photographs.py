"""Photographs to try things on: files that come with scikit-image, all in the public domain."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PIL import Image

from core.bridge.contract.errors import ImpastoError


def photograph(name: str) -> Image.Image:
    """A photograph by the name of its file.

    The file alone is read: what imports scikit-image needs SciPy, which is four times as large.

    Raises:
        ImpastoError: scikit-image is not installed, or has no such file.
    """
    package = find_spec("skimage")
    file = Path(package.origin).parent / "data" / name if package and package.origin else None
    if file is None or not file.is_file():
        raise ImpastoError(
            "The photographs come with scikit-image, which is not installed: run "
            "'python3 install.py demo' once."
        )
    return Image.open(file)
