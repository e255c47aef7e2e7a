"""What a person can do about an error: the buttons that a host draws beside its sentence."""

from __future__ import annotations

from enum import Enum, auto

from ..client.silence import SILENCE
from ..contract import errors
from ..contract.errors import BadInput, ImpastoError
from ..i18n.text import Text
from ..storage import logfile
from ..storage.paths import Installation, host_name
from .installing.need import carried


class Remedy(Enum):
    """Something that helps."""

    AGAIN = auto()
    """Try the same once more."""
    RESTART = auto()
    """End the worker, which is silent, and start another."""
    DEVICE = auto()
    """Let Impasto choose where to compute."""
    QUIT = auto()
    """Quit the host, which asks for what is not saved."""
    LOG = auto()
    """Open the log."""
    REPORT = auto()
    """Copy a report, to send along."""
    INSTALL = auto()
    """Show the page that sets Impasto up, where the plug-in came with one, else copy the command
    that does."""
    EDIT = auto()
    """Open the dialog of a painting, as it was painted, to put another one in its place."""

    @property
    def label(self) -> Text:
        """What its button says."""
        if self is Remedy.QUIT:
            return Text("Quit {program}", program=host_name())
        if self is Remedy.INSTALL and carried() is not None:
            return Text("Set up again…")
        return _LABELS[self]


_LABELS = {
    Remedy.AGAIN: Text("Try again"),
    Remedy.RESTART: Text("Restart the engine"),
    Remedy.DEVICE: Text("Use the available device"),
    Remedy.LOG: Text("Open the log"),
    Remedy.REPORT: Text("Copy report"),
    Remedy.INSTALL: Text("Copy the installer's command"),
    Remedy.EDIT: Text("Edit this painting…"),
}

_HELP = {
    errors.DEVICE: (Remedy.DEVICE,),
    errors.MEMORY: (Remedy.AGAIN,),
    errors.DOWNLOAD: (Remedy.AGAIN,),
    errors.OCCUPIED: (Remedy.AGAIN,),
    errors.OUTDATED: (Remedy.QUIT,),
    errors.SILENT: (Remedy.RESTART, Remedy.REPORT),
    errors.ENGINE: (Remedy.AGAIN, Remedy.LOG, Remedy.REPORT),
    errors.BROKEN: (Remedy.LOG, Remedy.REPORT),
    errors.PAINTING: (Remedy.EDIT,),
    errors.INSTALLATION: (Remedy.INSTALL, Remedy.AGAIN, Remedy.REPORT),
}


def remedies(error: ImpastoError, installation: Installation | None = None) -> tuple[Remedy, ...]:
    """What helps, the likeliest first; nothing where the sentence says what to do in the host.

    Args:
        error: what went wrong. Its code is asked for, however it is said.
        installation: whose engine; by default the one the plug-in belongs to.
    """
    if not (installation or Installation.here()).manifest.is_file():
        return Remedy.INSTALL, Remedy.REPORT
    return _HELP.get(error.code, ())


def explained(error: Exception) -> ImpastoError:
    """An error as it is told: what is our own mistake goes to the log in full."""
    if isinstance(error, ImpastoError):
        return error
    import traceback  # here, as a host that starts imports this file

    log = Installation.here().log
    told = traceback.format_exception(type(error), error, error.__traceback__)
    if not logfile.append(log, "".join(told)):
        return ImpastoError(
            "Something in Impasto broke ({error}), and its log {log} can't be written.",
            error=error,
            log=log,
        )
    return ImpastoError(
        "Something in Impasto broke. Please report what is at the end of {log}",
        code=errors.BROKEN,
        log=log,
    )


def unanswered() -> ImpastoError:
    """What to say while the worker says nothing."""
    return ImpastoError(
        "Impasto's engine has not answered for {seconds} s. It may recover by itself. If you "
        "restart it, all paintings in progress start over, also those of other programs.",
        code=errors.SILENT,
        seconds=round(SILENCE),
    )


def on_painting(name: str, original: str) -> BadInput:
    """What to say where a dialog is opened on a painting, by the names of both layers."""
    return BadInput(
        "{name} is a painting: its original is painted again, {original}.",
        code=errors.PAINTING,
        name=name,
        original=original,
    )
