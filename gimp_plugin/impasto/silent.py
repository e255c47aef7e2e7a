"""What is said while the worker says nothing."""

from __future__ import annotations

from bridge.client.silence import SILENCE
from bridge.contract.errors import SILENT, ImpastoError


class Silent(ImpastoError):
    """It may have been stopped, and go on by itself: nothing has failed yet."""

    def __init__(self) -> None:
        super().__init__(
            "Impasto's engine has not answered for {seconds} s. It may go on by itself; restarted, "
            "it begins anew, and so does what other programs paint.",
            code=SILENT,
            seconds=round(SILENCE),
        )
