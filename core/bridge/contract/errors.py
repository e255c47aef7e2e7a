"""Errors whose text is one clear sentence for a person: what, where, what to do."""


class ImpastoError(Exception):
    """Base of everything Impasto reports to a person; ``str(error)`` is the whole message."""


class BadInput(ImpastoError):
    """A picture, mask or setting that can't be used as it is."""


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
