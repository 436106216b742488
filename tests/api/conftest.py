"""A running dashboard, and a reader of its API."""

from collections.abc import Iterator

import httpx
import pytest

from tests.browser.conftest import site

__all__ = ["site"]


@pytest.fixture(scope="session")
def api(site: str) -> Iterator[httpx.Client]:
    """A client whose addresses begin at the API."""
    with httpx.Client(base_url=f"{site}/api/v1/", trust_env=False, timeout=30) as client:
        yield client
