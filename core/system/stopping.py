"""How work asks whether to stop, and reports its progress."""

from __future__ import annotations

from collections.abc import Callable

from core.bridge.contract.errors import Enough, Stopped

ShouldStop = Callable[[], bool]
"""Returns True when the job is cancelled. It raises Enough when the job shall end with what is
there."""

Follow = Callable[[float], None]
"""Called after each piece of some work with the share that is done, 0 to 1. It raises as
:func:`ask` does. Even for the largest pictures a piece takes well below a second."""


def alone(share: float) -> None:
    """Ignore the progress."""


def ask(should_stop: ShouldStop) -> None:
    """Raise Stopped if the job is cancelled."""
    if should_stop():
        raise Stopped("The job was cancelled.")


def to_the_end(should_stop: ShouldStop) -> ShouldStop:
    """The same question without Enough, for work that a painting needs to be complete."""

    def asked() -> bool:
        try:
            return should_stop()
        except Enough:
            return False

    return asked


def followed(should_stop: ShouldStop, tell: Follow = alone) -> Follow:
    """A follower that passes the progress on, and raises if the job is to stop."""

    def follow(share: float) -> None:
        ask(should_stop)
        tell(share)

    return follow
