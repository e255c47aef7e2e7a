"""What is said while the worker says nothing."""

from __future__ import annotations

from bridge.client.silence import SILENCE
from bridge.contract.errors import ImpastoError
from bridge.i18n.texts import tr


class Silent(ImpastoError):
    """It may have been stopped, and go on by itself: nothing has failed yet."""

    def __init__(self) -> None:
        told = tr(
            "Impasto's engine has not answered for {seconds} s. It may go on by itself; restarted, "
            "it begins anew, and so does what other programs paint."
        )
        super().__init__(told.format(seconds=round(SILENCE)))
