"""Whether a job is still wanted, and how far a piece of it is."""

from __future__ import annotations

from collections.abc import Callable

from core.bridge.contract.errors import Enough, Stopped

ShouldStop = Callable[[], bool]
"""True once whoever asked for a job does not want it any more; it may raise Enough instead."""

Follow = Callable[[float], None]
"""Told, after each piece of some work, what share of it is done, 0 to 1; it raises as :func:`ask`
does. A piece of the largest pictures takes well below a second."""


def alone(share: float) -> None:
    """Nobody follows."""


def ask(should_stop: ShouldStop) -> None:
    """Raise Stopped where the job is not wanted any more."""
    if should_stop():
        raise Stopped("The job was cancelled.")


def to_the_end(should_stop: ShouldStop) -> ShouldStop:
    """The same for the end of what is painted: who wants it as it is gets it by going on."""

    def asked() -> bool:
        try:
            return should_stop()
        except Enough:
            return False

    return asked


def followed(should_stop: ShouldStop, tell: Follow = alone) -> Follow:
    """A follower that asks, and tells how far it is."""

    def follow(share: float) -> None:
        ask(should_stop)
        tell(share)

    return follow
