"""A clip's frames, painted by several workers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from core.animation import stretches
from core.animation.painting import Animation, Follower
from core.bridge import VERSION
from core.bridge.contract.request import Progress
from core.bridge.i18n.text import Text
from core.clips.output import Output
from core.cluster.orders import STRETCH, Order
from core.cluster.pool import Pool
from core.engine import identity
from core.system import digest
from core.system.stopping import ShouldStop


def paint(
    animation: Animation[Output], pool: Pool, follower: Follower, should_stop: ShouldStop
) -> int:
    """Have painted what is not painted yet: as :meth:`Animation.paint`, part by part.

    Args:
        animation: the clip.
        pool: the workers.
        follower: is told how far all of them are.
        should_stop: asked several times a second.

    Returns:
        How many frames were painted.

    Raises:
        BadInput: a frame can't be painted; it is named.
        Stopped: ``should_stop`` said so. What is painted stays.
        ImpastoError: a frame can't be written, or there are no workers.
    """
    pool.look(animation.output.folder)
    files = {place: identity.of_file(path) for place, path in identity.files_of(animation.settings)}
    shares: dict[str, float] = {}
    seen: Counter[str] = Counter()
    painted = 0

    def order(part: Any) -> Order:
        told = stretches.written(animation, part)
        known = digest.of(VERSION, json.dumps(told, sort_keys=True), files)
        return Order(STRETCH, known, told)

    def up_to(name: str, frames: int) -> None:
        """A part that begins again elsewhere tells of the same frames once more."""
        while seen[name] < frames:
            seen[name] += 1
            follower.painted()

    def follow(name: str, word: Mapping[str, Any]) -> None:
        if "frames" in word:
            shares.pop(name, None)
            up_to(name, int(word["frames"]))
        else:
            shares[name] = float(word["fraction"])
            follower.follow(Progress(sum(shares.values()), Text("Painting")))

    orders = (order(part) for part in stretches.parts(animation))
    for done, answer in pool.done(orders, should_stop, follow):
        made = answer.checked()
        shares.pop(done.digest, None)
        up_to(done.digest, made["frames"])
        painted += made["painted"]
    return painted
