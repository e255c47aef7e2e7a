"""Settings a person named and keeps, shared by both hosts; and three qualities to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..contract.dropped import dropped
from ..contract.errors import BadInput, ImpastoError
from ..contract.settings import DEFAULTS, Settings
from ..storage.own import file_name, read_json, write_json
from ..storage.paths import Installation
from ..storage.whole import unwritable


class Quality(NamedTuple):
    """A choice between sooner and better: what it is, and the settings it stands for."""

    label: str
    help: str
    settings: Mapping[str, Any]


QUALITIES: Mapping[str, Quality] = {
    "draft": Quality("Draft", "Takes seconds and looks like the preview.", {"method": "instant"}),
    "good": Quality(
        "Good",
        "Painted stroke by stroke, from coarse to fine.",
        {"method": "painterly", "steps": DEFAULTS.steps},
    ),
    "best": Quality(
        "Best",
        "Like Good, with more time: follows the style most closely.",
        {"method": "painterly", "steps": 500},
    ),
}


def quality(settings: Mapping[str, Any]) -> str | None:
    """Which quality settings stand for; None where they are set by hand."""
    for name, meant in QUALITIES.items():
        if all(settings.get(knob) == value for knob, value in meant.settings.items()):
            return name
    return None


def defaults(settings: Settings) -> Settings:
    """All at its default but the pictures, which have none to go back to."""
    chosen = {name: getattr(settings, name) for name in ("style", "background_style", "library")}
    return Settings(**chosen, sketch=settings.sketch)


class Presets:
    """Named settings, a file each."""

    def __init__(self, installation: Installation) -> None:
        self._folder = installation.user / "presets"

    def names(self) -> list[str]:
        """Of all of them, in the order of the alphabet."""
        try:
            found = [path.stem for path in self._folder.glob("*.json")]
        except OSError:
            return []
        # What was kept aside, or was put there by hand, has a name that no preset is given.
        return sorted((name for name in found if name == file_name(name)), key=str.casefold)

    def load(self, name: str) -> Settings:
        """The settings of that name; knobs it does not know have their defaults.

        Raises:
            BadInput: there are none, or they are damaged.
        """
        found = read_json(self._path(name))
        if not found:
            raise BadInput("The preset '{name}' can't be read: save it again.", name=name)
        return Settings.remembered(found)

    def lost(self, name: str) -> BadInput | None:
        """What to say where not all of a preset could be loaded; None where all could. Its file
        stays as it is, for a version that understands it."""
        if not (names := dropped(read_json(self._path(name)))):
            return None
        return BadInput(
            "The preset '{name}' is from another version of Impasto: what it says of {settings} "
            "could not be taken over.",
            name=name,
            settings=", ".join(names),
        )

    def save(self, name: str, settings: Settings) -> None:
        """Keep settings under a name, instead of others of that name. Raises ImpastoError."""
        path = self._path(name)
        try:
            write_json(path, settings.as_mapping())
        except OSError as error:
            raise unwritable(path, error) from error

    def remove(self, name: str) -> None:
        """Forget a preset. Raises ImpastoError where its file stays."""
        path = self._path(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ImpastoError(
                "{path} can't be removed: {reason}.", path=path, reason=error.strerror
            ) from error

    def _path(self, name: str) -> Path:
        return self._folder / f"{file_name(name)}.json"
