"""The page about Impasto: where things are and how large, to repair them, to take them away."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path

from ... import VERSION
from ...contract.errors import ImpastoError
from ...i18n.text import Text
from ...storage.own import read_json
from ...storage.paths import Installation, host_name
from .page import size
from .removing import Removing
from .sizes import Sizes


class Face(Enum):
    """What the page shows."""

    FACTS = auto()
    """Where things are, with Repair… and Uninstall…."""
    ASKING = auto()
    """What goes and what stays, with Uninstall and Keep it."""
    REMOVING = auto()
    """It is under way."""
    GONE = auto()
    """It is done."""
    FAILED = auto()
    """What went wrong, and Try again."""


class Act(Enum):
    """What a person can do on the page."""

    LOG = auto()
    """Open the log's folder."""
    REPAIR = auto()
    """Close it, and open the page that mends what is there."""
    UNINSTALL = auto()
    """:meth:`About.ask`"""
    REMOVE = auto()
    """:meth:`About.remove`"""
    KEEP = auto()
    """:meth:`About.keep`"""
    CLOSE = auto()
    """Close it."""


class About:
    """The state of one page; a host draws it, and calls :meth:`look` now and then.

    Attributes:
        face: which of its faces it shows.
    """

    def __init__(
        self,
        installation: Installation,
        script: Path | None,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make it.

        Args:
            installation: what it is about.
            script: the install.py that repairs it and takes it away; None where there is none.
            busy: tells whether a painting is under way here, which nothing is to end.
        """
        self.face = Face.FACTS
        self._installation, self.script, self._busy = installation, script, busy
        self._sizes = Sizes(installation.prefix)
        self._removing: Removing | None = None
        self._note = Text("")
        # Read once: it is the first that goes.
        self._chosen = installation.device()
        self._manifest = read_json(installation.manifest)

    @property
    def title(self) -> Text:
        """The page's heading."""
        if self.face is Face.ASKING:
            return Text("Uninstall Impasto?")
        if self.face is Face.REMOVING:
            return Text("Uninstalling Impasto")
        if self.face is Face.GONE:
            return Text("Impasto is uninstalled")
        if self.face is Face.FAILED:
            return Text("Not all of Impasto could be removed")
        return Text("Impasto {version}", version=VERSION)

    @property
    def introduction(self) -> Text:
        """What there is to say below the heading."""
        user, prefix = self._installation.user, self._installation.prefix
        if self.face is Face.ASKING:
            return Text(
                "What goes: the engine, the trained networks and the styles that come with it, "
                "{size} in {folder}, and the plug-ins in Krita and GIMP.\n\nWhat stays: your own "
                "styles, presets and favourites, in {user}, and everything that you painted.",
                size=self._size(),
                folder=prefix,
                user=user,
            )
        if self.face is Face.REMOVING:
            return Text("A minute or two. You can close this window: it goes on.")
        if self.face is Face.GONE:
            left = Text("Your own styles and presets are still in {user}.", user=user)
            return Text(
                "Its entries leave the menus when {program} is started again. {left}",
                program=host_name() or "Krita or GIMP",
                left=left if user.is_dir() else "",
            )
        if self.face is Face.FAILED:
            return Text("")
        return Text(
            "Paints what you select like a picture you love, on your own computer. Free software, "
            "GPL-3.0 or later."
        )

    @property
    def note(self) -> Text:
        """What went wrong; an empty text where nothing did."""
        return self._note

    @property
    def log_folder(self) -> Path:
        return self._installation.log.parent

    @property
    def buttons(self) -> dict[Act, Text]:
        """What can be done now, with what its button says. Enter does the last: it does no harm."""
        if self.face is Face.ASKING:
            return {Act.REMOVE: Text("Uninstall"), Act.KEEP: Text("Keep it")}
        close = {Act.CLOSE: Text("Close")}
        if self.face is Face.FAILED:
            return {Act.REMOVE: Text("Try again"), **close}
        if self.face is not Face.FACTS:
            return close
        log = {Act.LOG: Text("Open the log's folder")}
        if self.script is None:
            return {**log, **close}
        change = {Act.REPAIR: Text("Repair…"), Act.UNINSTALL: Text("Uninstall…")}
        return {**log, **change, **close}

    def rows(self) -> list[tuple[Text, Text]]:
        """The facts, as labels and what stands beside them."""
        installation = self._installation
        rows = [
            (Text("Where"), Text("{folder}", folder=installation.prefix)),
            (Text("Your styles, presets"), Text("{folder}", folder=installation.user)),
            (Text("On the disk"), self._size()),
            (Text("Computes on"), self._device()),
            (Text("Log"), Text("{folder}", folder=self.log_folder)),
        ]
        if weights := self._weights():
            rows.append((Text("Trained networks"), Text("{weights}", weights=weights)))
        return rows

    def ask(self) -> None:
        """Somebody wants it to go: they are asked once."""
        if self._busy():
            self._note = Text("A painting is under way: cancel it or wait for its end.")
            return
        self._note, self.face = Text(""), Face.ASKING

    def keep(self) -> None:
        """They don't."""
        self._note, self.face = Text(""), Face.FACTS

    def remove(self) -> None:
        """They do. What shows previews or paints is to be closed before: it would start the worker
        once more."""
        assert self.script is not None
        self._note, self.face = Text(""), Face.REMOVING
        self._removing = Removing(self._installation, self.script)
        self.look()

    def look(self) -> None:
        """See how far it is. Takes some milliseconds."""
        if self.face is Face.FACTS and not self._sizes.whole:
            self._sizes.look()
        if self.face is not Face.REMOVING or self._removing is None:
            return
        self._removing.look()
        if self._removing.running:
            return
        if self._removing.error is None:
            self.face = Face.GONE
        else:
            self.face, self._note = Face.FAILED, self._removing.error.text

    @property
    def error(self) -> ImpastoError | None:
        """What an uninstall failed with."""
        return None if self._removing is None else self._removing.error

    def _size(self) -> Text:
        counted = size(self._sizes.counted)
        if self._sizes.whole:
            return Text("{size}", size=counted)
        return Text("more than {size}", size=counted)

    def _device(self) -> Text:
        devices, torch = self._manifest.get("devices"), self._manifest.get("torch")
        known, chosen = devices if isinstance(devices, dict) else {}, self._chosen
        name = next(iter(known), "auto") if chosen == "auto" else chosen
        if not isinstance(torch, str) or not isinstance(known.get(name), str):
            return Text("{device}", device=chosen)
        return Text(
            "{device} ({what}), PyTorch {torch}", device=name, what=known[name], torch=torch
        )

    def _weights(self) -> str:
        """The networks under each licence; empty where that is not known."""
        told = self._manifest.get("licences")
        found: dict[str, list[str]] = {}
        for name, licence in told.items() if isinstance(told, dict) else ():
            if isinstance(name, str) and isinstance(licence, str):
                found.setdefault(licence, []).append(name)
        return "; ".join(f"{', '.join(names)}: {licence}" for licence, names in found.items())
