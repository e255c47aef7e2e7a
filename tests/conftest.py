"""What all tests share."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from core.bridge.paths import Installation
from core.setup import hosts


@pytest.fixture(scope="session")
def installation() -> Installation:
    """The installation whose environment runs the tests."""
    return Installation.here()


class _ByHost(LoadScopeScheduling):
    """Where several processes share the tests, one has all of a host's, another a whole file.

    By files' names: pytest 9.2 loses the groups that xdist 3.8 writes into a test's name.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = PurePath(nodeid.partition("::")[0]).stem
        return next((kind for kind in hosts.KINDS if file.startswith(f"test_{kind}")), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _ByHost:
    return _ByHost(config, log)
