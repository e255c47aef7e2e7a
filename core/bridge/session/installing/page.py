"""What the page says and offers, for every host: before, during and after the set-up."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from ... import VERSION
from ...contract.errors import ImpastoError
from ...i18n.text import Text
from ...i18n.texts import tr
from ...i18n.times import about
from ...storage.elsewhere import bring, use
from ...storage.paths import Installation, host_name
from . import machine
from .choices import KEPT, Choice
from .need import Need, needed
from .places import Place, places
from .process import Installing


class Stage(Enum):
    """Which of its faces the page shows."""

    OFFER = auto()
    """What will be done, and Install."""
    RUNNING = auto()
    """How far it is, and Cancel."""
    FAILED = auto()
    """What went wrong, and Try again."""
    STUCK = auto()
    """Nothing can be done here: the plug-in is older than the engine."""
    READY = auto()
    """It is done: the dialog can open."""


_WHERE = {
    "Krita": Text(
        "You will find it under Filter > Style Transfer…, with Edit Style Transfer… below it, and "
        "beside your picture with Settings > Dockers > Style Transfer."
    ),
    "GIMP": Text(
        "You will find it under Filters > Artistic > Neural Style Transfer…, with Edit Style "
        "Transfer… below it."
    ),
}
"""What a person reads while they wait: the dialog that opens then has no such line."""

_STARTING = Text("Starting")
_STEPS = {
    "environment": Text("Preparing Python"),
    "packages": Text("Fetching PyTorch and other packages"),
    "engine": Text("Building the engine"),
    "supplies": Text("Fetching trained networks, drawing styles"),
    "trial": Text("Trying it out"),
}
"""What a person reads of install.py's steps."""


class SetupPage:
    """The state of one page; a host draws it, and calls :meth:`look` now and then.

    Attributes:
        need: why it is shown.
        choices: what there is to compute on; a host shows them where there are several.
        chosen: the number of the one that is taken.
        places: where it may be; a host shows them where there are several.
    """

    def __init__(
        self,
        installation: Installation,
        script: Path,
        offered: tuple[Choice, ...],
        repair: bool = False,
    ) -> None:
        """Look how things are.

        Args:
            installation: what is missing or outdated.
            script: install.py.
            offered: see :func:`choices`.
            repair: a person wants it mended, also where nothing is missing.
        """
        self._installation = installation
        self._installing = Installing(installation, script)
        self.need = needed(installation) or (Need.REPAIR if repair else None)
        # What is there was chosen once, and is not to become another thing on its way.
        kept = (KEPT,) if self.need in (Need.UPDATE, Need.REPAIR) else ()
        self.choices = (*kept, *offered)
        self._mended = self._used = False
        self._first = installation.prefix
        self.chosen = 0
        self._script = script
        self.places = (
            places(installation)
            if self.need is Need.ENGINE and not self._installing.running
            else (Place(Text("a new one"), installation.prefix),)
        )
        self._refused: ImpastoError | None = None
        self.placed = 0

    @property
    def placed(self) -> int:
        """The number of the place that is taken."""
        return self._placed

    @placed.setter
    def placed(self, number: int) -> None:
        """May be set as long as nothing is under way."""
        self._placed, self._refused = number, None
        self._installation = Installation(self.places[number].prefix)
        self._installing = Installing(self._installation, self._script)

    @property
    def _there(self) -> bool:
        """What was chosen is an installation that is whole, and only to be used."""
        done = self._used or self._mended
        return len(self.places) > 1 and needed(self._installation) is None and not done

    @property
    def stage(self) -> Stage:
        installing = self._installing
        if installing.running:
            return Stage.RUNNING
        if self.error is not None:
            return Stage.FAILED
        now = needed(self._installation)
        if now is Need.PLUGIN:
            return Stage.STUCK
        if self._there or (self.need is Need.REPAIR and not self._mended):
            return Stage.OFFER
        return Stage.READY if now is None else Stage.OFFER

    @property
    def title(self) -> Text:
        """The page's heading."""
        if self.stage is Stage.STUCK:
            return Text("This plug-in is older than Impasto's engine")
        if self.need is Need.REPAIR:
            return Text("Repair Impasto")
        if self.need is Need.UPDATE:
            return Text("Impasto's engine needs an update")
        return Text("Impasto needs its engine")

    @property
    def introduction(self) -> Text:
        """What this is about, below the heading."""
        if self.stage is Stage.STUCK:
            return Text(
                "The engine is Impasto {theirs}, this plug-in is {ours}: import the file of the "
                "newer plug-in, then restart {program}.",
                theirs=self._installation.version(),
                ours=VERSION,
                program=host_name(),
            )
        if self.need is Need.REPAIR:
            return Text(
                "What is whole stays as it is, what is missing or damaged is fetched again. Your "
                "styles and presets stay."
            )
        if self.need is Need.UPDATE:
            return Text(
                "The engine is Impasto {theirs}, this plug-in is {ours}. What is the same in both "
                "stays, your styles and presets as well.",
                theirs=self._installation.version(),
                ours=VERSION,
            )
        return Text(
            "It does the painting, on your own computer, and is fetched once. After that, Impasto "
            "needs no network."
        )

    def rows(self) -> list[tuple[Text, Text]]:
        """What will be done, as labels and what stands beside them."""
        return [
            (
                Text("What"),
                Text("PyTorch, the trained networks, and styles to paint like"),
            ),
            (Text("How much"), self._how_much()),
            (Text("Where to"), Text("{folder}", folder=self._installation.prefix)),
        ]

    @property
    def chooses(self) -> bool:
        """Whether a person can choose what to compute on."""
        return len(self.choices) > 1 and not self._there

    def _how_much(self) -> Text:
        choice, free = self.choices[self.chosen], size(machine.room(self._installation.prefix))
        if self._there:
            return Text("nothing: all of it is there")
        if not choice.options:
            return Text("what is missing, on a disk that has {free} free", free=free)
        if choice.takes is None:
            return Text(
                "several GB, on a disk that has {free} free: PyTorch for your graphics card tells "
                "its size when it is fetched",
                free=free,
            )
        told = Text(
            "about {fetched} to fetch, {kept} on the disk, which has {free} free",
            fetched=size(choice.takes.fetched),
            kept=size(choice.takes.kept),
            free=free,
        )
        if choice.unreached is None:
            return told
        return Text(
            "{told}; where PyTorch's own server can't be reached, {fetched} to fetch and {kept} on "
            "the disk",
            told=told,
            fetched=size(choice.unreached.fetched),
            kept=size(choice.unreached.kept),
        )

    @property
    def button(self) -> Text:
        """What its button says."""
        if self.stage is Stage.FAILED or self._installing.cancelled:
            return Text("Try again")
        if self._there:
            return Text("Use it")
        if self.need is Need.REPAIR:
            return Text("Repair")
        return Text("Update") if self.need is Need.UPDATE else Text("Install")

    @property
    def note(self) -> Text:
        """What a person should know now; an empty text where there is nothing."""
        if self.stage is Stage.RUNNING:
            return Text(
                "{goes_on}\n\n{where}",
                goes_on=Text(
                    "You can go on working in {program}. The set-up goes on when you close this "
                    "window.",
                    program=host_name(),
                ),
                where=_WHERE.get(host_name(), ""),
            )
        if self.stage is Stage.FAILED and self.error is not None:
            return self.error.text
        if self._installing.cancelled:
            return Text("Stopped. What is fetched stays, and the next time goes on from there.")
        return Text("")

    @property
    def error(self) -> ImpastoError | None:
        return self._refused or self._installing.error

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        standing = self._installing.standing
        return 0.0 if standing is None else standing.share

    def describe(self) -> str:
        """What is under way, how much of it is here, and how long it will still take."""
        standing = self._installing.standing
        if self._installing.cancelled:
            return tr("Stopping")
        if standing is None:
            return tr(_STARTING)
        told = [tr(_STEPS.get(standing.step, _STARTING))]
        if standing.of:
            told.append(tr("{done} of {of}", done=size(standing.done), of=size(standing.of)))
        if standing.left is not None:
            told.append(tr("{time} left", time=about(standing.left)))
        return " · ".join(told)

    def install(self) -> None:
        """Begin, where there is room; with an earlier installation that is whole, it is done."""
        try:
            self._settle()
        except ImpastoError as error:
            self._refused = error
            return
        if self._there:
            self._used = True
            return
        choice, folder = self.choices[self.chosen], self._installation.prefix
        wanted, free = sum(choice.takes or ()), machine.room(folder)
        # What is there already takes no room once more: install.py knows what is missing.
        self._refused = None
        if free < wanted and not self._installation.environment.exists():
            self._refused = ImpastoError(
                "The disk of {folder} has {free} free, and this takes {wanted} meanwhile: make "
                "room, then try again.",
                folder=folder,
                free=size(free),
                wanted=size(wanted),
            )
            return
        self._installing.start(choice.options)

    def _settle(self) -> None:
        """Have the plug-in belong to the place that was chosen, and what is a person's own there.

        Raises:
            ImpastoError: it can't be written.
        """
        place = self.places[self._placed]
        if place.prefix != self._first:
            use(place.prefix)
        if place.brought is not None:
            bring(Installation(place.brought), self._installation)

    def cancel(self) -> None:
        """End what is under way."""
        self._installing.cancel()

    def look(self) -> None:
        """See how far it is."""
        began = self._installing.running
        self._installing.look()
        ended = began and not self._installing.running
        if ended and self.error is None and not self._installing.cancelled:
            self._mended = True


def size(count: int) -> str:
    """Bytes as a person reads them, the same in every language: 3 MB, 1.2 GB."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{round(count / 1e6)} MB"
