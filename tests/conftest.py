"""What all tests share."""

from __future__ import annotations

import pytest

from core.bridge.paths import Installation


@pytest.fixture(scope="session")
def installation() -> Installation:
    """The installation whose environment runs the tests."""
    return Installation.here()
