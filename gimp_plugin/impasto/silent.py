"""What is said while the worker says nothing."""

from __future__ import annotations

from bridge.errors import ImpastoError
from bridge.silence import SILENCE
from bridge.texts import tr


class Silent(ImpastoError):
    """It may have been stopped, and go on by itself: nothing has failed yet."""

    def __init__(self) -> None:
        told = tr(
            "Impasto's engine has not answered for {seconds} s. It may go on by itself; restarted, "
            "it begins anew, and so does what other programs paint."
        )
        super().__init__(told.format(seconds=round(SILENCE)))
