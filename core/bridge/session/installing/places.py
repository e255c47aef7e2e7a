"""Where an installation may be: a new one, or an earlier one that was found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...i18n.text import Text
from ...storage.elsewhere import found
from ...storage.paths import Installation
from .need import Need, needed


@dataclass(frozen=True)
class Place:
    """One of them.

    Attributes:
        label: what a person reads.
        prefix: where it is, or comes to be.
        brought: what of a person's own is copied there from another one; None where nothing is.
    """

    label: Text
    prefix: Path
    brought: Path | None = None


def places(installation: Installation) -> tuple[Place, ...]:
    """What there is to choose from where there is no engine yet, the best first."""
    others = found(installation)
    usable = [one for one in others if one.version and _fits(one.prefix)]
    keep = [
        Place(
            Text("Impasto {version} in {folder}", version=one.version, folder=one.prefix),
            one.prefix,
        )
        for one in usable
    ]
    take = [
        Place(
            Text("a new one, with your styles and presets from {folder}", folder=one.prefix),
            installation.prefix,
            one.prefix,
        )
        for one in others
        if one.own
    ]
    if installation.steps.is_file():
        # Whoever has begun here goes on here.
        here = Text("the one that is not whole, in {folder}", folder=installation.prefix)
        return (Place(here, installation.prefix), *keep, *take)
    return (*keep, *take, Place(Text("a new one"), installation.prefix))


def _fits(prefix: Path) -> bool:
    """Whether this plug-in can work with what is there: one that is newer needs a newer one."""
    return needed(Installation(prefix)) is not Need.PLUGIN
