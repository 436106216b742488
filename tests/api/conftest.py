"""A running dashboard of an edition that was compared with another, and a reader of its API."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.app.conftest import served
from tests.browser.conftest import serve


@pytest.fixture(scope="session")
def site(changed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the dashboard."""
    with serve(
        tmp_path_factory.mktemp("api") / "log.txt", CULTUURATLAS_DATABASE=str(changed)
    ) as address:
        yield address


@pytest.fixture(scope="module", autouse=True)
def _same_database(changed: Path) -> Iterator[None]:
    """The store of the tests is that of the dashboard."""
    with served(changed):
        yield


@pytest.fixture(scope="session")
def api(site: str) -> Iterator[httpx.Client]:
    """A client whose addresses begin at the API."""
    with httpx.Client(base_url=f"{site}/api/v1/", trust_env=False, timeout=30) as client:
        yield client
