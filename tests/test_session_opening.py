"""How large a dialog comes up."""

from __future__ import annotations

from core.bridge.contract.geometry import Extent
from core.bridge.session.opening import size_on

USUAL = Extent(1060, 680)


def test_a_dialog_grows_with_the_screen_and_stays_within_it() -> None:
    assert size_on(Extent(1280, 800), USUAL) == USUAL
    assert size_on(Extent(1920, 1080), USUAL) == (1440, 810)
    assert size_on(Extent(960, 540), USUAL) == (883, 497)
