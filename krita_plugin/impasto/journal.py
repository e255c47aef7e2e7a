"""Every error as one sentence; what is our own mistake goes to the log in full."""

from __future__ import annotations

import traceback

from .bridge.contract.errors import ImpastoError
from .bridge.i18n.texts import tr
from .bridge.storage import logfile
from .bridge.storage.paths import Installation


def explain(error: Exception) -> str:
    """What to tell the person about an error that was caught, in English where it is Impasto's."""
    if isinstance(error, ImpastoError):
        return str(error)
    log = Installation.here().log
    told = traceback.format_exception(type(error), error, error.__traceback__)
    if not logfile.append(log, "".join(told)):
        broke = tr("Something in Impasto broke ({error}), and its log {log} can't be written.")
        return broke.format(error=error, log=log)
    return tr("Something in Impasto broke. Please report what stands at the end of {log}").format(
        log=log
    )
