"""install.py's example: its photograph, and how much of the painting there is time for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import DEFAULTS, Settings
from core.bridge.session.history import History
from core.bridge.storage.paths import Installation
from core.demo import astronaut
from core.pixels import photographs
from core.pixels.photographs import photograph


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("astronaut.png", data.astronaut), ("coffee.png", data.coffee),
        ("chelsea.png", data.chelsea), ("rocket.jpg", data.rocket),
    ],
)  # fmt: skip
def test_a_photograph_is_read_without_the_package_that_holds_it(
    name: str, of: Callable[[], NDArray[np.uint8]]
) -> None:
    """The demo's and the benchmark's."""
    apart = np.asarray(photograph(name), np.int16) - of()
    assert np.abs(apart).max() <= 2  # a JPEG's decoders differ


def test_a_photograph_that_is_missing_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImpastoError, match=r"run 'python3 install\.py demo'"):
        photograph("no such.png")
    monkeypatch.setattr(photographs, "find_spec", lambda _: None)
    with pytest.raises(ImpastoError, match=r"run 'python3 install\.py demo'"):
        photograph("astronaut.png")


@pytest.mark.parametrize(
    ("seconds", "steps"),
    [
        (astronaut.SECONDS / 2, DEFAULTS.steps),
        (astronaut.SECONDS * 2, DEFAULTS.steps // 2),
        (astronaut.SECONDS * 100, astronaut.FEWEST),
    ],
)
def test_a_slow_machine_takes_fewer_steps(tmp_path: Path, seconds: float, steps: int) -> None:
    """By what the same painting took there before."""
    installation = Installation(tmp_path)
    settings = Settings(style="a.jpg", background_style="b.jpg")
    History(installation).record(settings, [Extent(512, 512)] * 2, seconds)
    assert astronaut._steps(installation) == steps
