"""install.py's example: its photograph, and how much of the painting there is time for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage import data

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import DEFAULTS, Settings
from core.bridge.session.history import History
from core.bridge.storage.paths import Installation
from core.demo import astronaut


def test_the_photograph_is_read_without_the_package_that_holds_it() -> None:
    assert np.array_equal(np.asarray(astronaut._photograph()), data.astronaut())


def test_a_photograph_that_is_missing_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(astronaut, "find_spec", lambda _: None)
    with pytest.raises(
        ImpastoError, match=r"photograph is missing: run 'python3 install\.py demo'"
    ):
        astronaut._photograph()


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
