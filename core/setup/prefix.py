"""The folder an installation lies in: what of it is ours, and who may work there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from core.bridge.contract.errors import ImpastoError
from core.bridge.session.installing.need import SETUP
from core.bridge.storage.locking import only_one
from core.bridge.storage.paths import Installation

CHECKOUT = Path(__file__).resolve().parents[2]
"""The folder of install.py: set-up runs from a checkout, never from the installed package."""

IMPORTED = CHECKOUT.name == SETUP and (CHECKOUT.parent / "bridge").is_dir()
"""Whether that folder lies in a plug-in that a person imported."""

TORCH_HASHES = "torch-hashes.txt"
"""The hashes of PyTorch's builds that our lock does not have, as they were found at first."""

CACHE, UV, PYTHONS = "downloads", "uv", "python"
"""What is downloaded and not in its place yet, the program that does it, a Python it brought."""

OURS = (
    *(TORCH_HASHES, CACHE, UV, PYTHONS),
    "environment",
    "weights",
    "styles",
    "libraries",
    "convolutions.json",
    "renditions",
    "gallery",
    "demo",
    "logs",
    "run",
    "tmp",
    "installed.json",
    "steps.json",
    "lock",
    "user/history.json",
    "user/last used",
)
"""All that Impasto makes below its prefix and takes away again."""


def require_ours(installation: Installation) -> None:
    """Raise ImpastoError where the prefix can't be used, or holds what is not Impasto's."""
    prefix = installation.prefix
    try:
        str(prefix).encode()
    except UnicodeEncodeError as error:
        raise ImpastoError(
            "{folder} has bytes in its name that are no letters, which Python's environments "
            "can't have: choose another folder with --prefix DIR.",
            folder=prefix,
        ) from error
    if not prefix.exists() or installation.manifest.exists() or installation.steps.exists():
        return
    strangers = (
        [p.name for p in prefix.iterdir() if p.name not in (*OURS, installation.user.name)]
        if prefix.is_dir()
        else []
    )
    if strangers or not prefix.is_dir():
        raise ImpastoError(
            "{folder} is not empty and not Impasto's: choose a folder of its own with --prefix "
            "DIR.",
            folder=prefix,
        )


@contextlib.contextmanager
def alone(installation: Installation) -> Iterator[None]:
    """Hold the prefix for this process, until it ends in whatever way.

    Raises:
        ImpastoError: another install.py works there, or the folder can't be written.
    """
    with contextlib.ExitStack() as stack:
        try:
            installation.prefix.mkdir(parents=True, exist_ok=True)
            taken = stack.enter_context(only_one(installation.setup_lock))
        except OSError as error:
            raise ImpastoError(
                "{folder} can't be written ({reason}): choose another folder with --prefix DIR.",
                folder=installation.prefix,
                reason=error.strerror,
            ) from error
        if not taken:
            raise ImpastoError(
                "Another install.py is at work in {folder}: wait for its end.",
                folder=installation.prefix,
            )
        yield
