"""What all tests share."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import PurePath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from core.bridge.i18n.texts import speak
from core.bridge.storage.paths import Installation
from core.features import remembered
from core.setup import hosts


def pytest_configure() -> None:
    """Have requests to end reach what the tests start: a shell ignores Ctrl-C for what it runs
    behind, and nohup a hang-up, and what is ignored stays so in every child."""
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_IGN:
                usual = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
                signal.signal(number, usual)


@pytest.fixture(scope="session")
def installation() -> Installation:
    """The installation whose environment runs the tests."""
    return Installation.here()


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Whatever language a test spoke, the next one begins with English."""
    yield
    speak("en")


@pytest.fixture(autouse=True)
def styles_forgotten() -> None:
    """What an earlier test's network found in a style is not at hand: some count what it sees."""
    remembered.forget()


class _ByHost(LoadScopeScheduling):
    """Where several processes share the tests, one has all of a host's, another a whole file.

    By files' names: pytest 9.2 loses the groups that xdist 3.8 writes into a test's name.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = PurePath(nodeid.partition("::")[0]).stem
        return next((kind for kind in hosts.KINDS if file.startswith(f"test_{kind}")), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _ByHost:
    return _ByHost(config, log)
