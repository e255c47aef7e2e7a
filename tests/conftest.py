"""What all tests share."""

from __future__ import annotations

import pytest

from core.bridge.paths import Installation
from core.setup import hosts


@pytest.fixture(scope="session")
def installation() -> Installation:
    """The installation whose environment runs the tests."""
    return Installation.here()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the tests, one has all of a host's, another a whole file."""
    for item in items:
        file = item.path.stem
        kind = next((kind for kind in hosts.KINDS if file.startswith(f"test_{kind}")), file)
        item.add_marker(pytest.mark.xdist_group(kind))
