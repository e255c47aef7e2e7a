"""Errors whose text is one clear sentence for a person: what, where, what to do.

An error is raised with the sentence's template and its fields, ``BadInput("The style {name} is
transparent everywhere: choose another.", name=path)``. ``str(error)`` is the English sentence;
:func:`core.bridge.i18n.texts.tr` makes of ``error.text`` the one in a person's language.
"""

from __future__ import annotations

from ..i18n.text import Told

# Codes, for who has to know what kind of trouble it is and not how it is said.

DEVICE = "device"
"""What was chosen to compute on is not there."""

MEMORY = "memory"
"""It does not fit, as long as other programs have so much of it."""

DOWNLOAD = "download"
"""What had to be fetched did not come."""

INSTALLATION = "installation"
"""The engine is not there, or not all of it."""

OUTDATED = "outdated"
"""This program runs a version that is not installed any more."""

OCCUPIED = "occupied"
"""Another program is in the way, and a person can end it."""

ENGINE = "engine"
"""The engine failed, or went away; its log may tell why."""

BROKEN = "broken"
"""A mistake of ours in a host, which is in the log."""

SILENT = "silent"
"""The worker has said nothing for long. Nothing has failed yet: it may go on by itself."""


PAINTING = "painting"
"""Nothing is wrong: what was chosen is a painting, which can be edited instead."""


class Reason(Told, ValueError):
    """Why something is not what it should be, in words for the end of an error's sentence."""


class ImpastoError(Told):
    """Base of everything Impasto reports to a person; its text is the whole message."""


class BadInput(ImpastoError):
    """A picture, mask or setting that can't be used as it is."""


class NoRoom(ImpastoError):
    """A disk is full: what is written there next would fail as well."""


class WorkerLost(ImpastoError):
    """The worker could not be started, or went away during a job."""


class NothingPainted(ImpastoError):
    """The job was to be kept as it is, and nothing of it was painted yet."""


class Stopped(ImpastoError):
    """The job was cancelled by whoever asked for it."""


class Paused(Stopped):
    """As Stopped, of a job that can go on later; the text says how."""


class Enough(ImpastoError):
    """Whoever asked for the job wants it as it is now: what asks whether to stop may get this."""


def nothing_painted() -> NothingPainted:
    """What to say of a job that was to be kept too early."""
    return NothingPainted("Nothing was painted yet, so there is no new layer.")
