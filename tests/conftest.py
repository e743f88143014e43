"""Options that hold for all tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what is compared with under samples/ anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """The person says that what comes out now is what shall come out."""
    return bool(request.config.getoption("--update-golden"))
