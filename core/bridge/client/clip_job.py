"""A clip as its client sees it: its frames lie in a folder, and one after another is painted."""

from __future__ import annotations

from typing import Any

from ..contract.clip import ClipRequest
from ..contract.request import report_from
from ..storage.paths import Installation
from . import wire
from .errand import Errand
from .line import Line


class ClipJob(Errand["dict[str, Any]"]):
    """One clip on its way through the worker.

    Its ``result`` is a report: seconds, device, and ``notes``, what a person should be told. What
    is painted lies in the folder, also of one that fails; asked again, it goes on from there.
    """

    def __init__(self, request: ClipRequest, installation: Installation) -> None:
        super().__init__(installation)
        self.painted = 0
        """How many of its frames, from the first on, are painted."""
        self._request = request

    def _ask(self, line: Line) -> None:
        header, frames = self._request.to_message()
        line.say("clip", {**header, "number": 0}, frames)

    def _take(self, message: wire.Message) -> None:
        if message.type != "painted":
            super()._take(message)
            return
        count = message.header.get("count")
        if not wire.whole(count) or count > self._request.count:
            raise ValueError("painted frames that there are not")
        self.painted = count

    def _result(self, message: wire.Message) -> dict[str, Any]:
        return report_from(message.header)
