"""A page run by Streamlit's own test runner, on the embedded edition, and what a reader sees of
it.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import unescape
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard import app, store
from dashboard.store import database

APP = str(Path(app.__file__))


# Streamlit reads what every installed package says of components for each AppTest, a third of the
# time of a page.
manifest_scanner.scan_component_manifests = lru_cache(maxsize=1)(
    manifest_scanner.scan_component_manifests
)


@pytest.fixture(autouse=True)
def _fresh_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that replaces something, the database or a function, begins with nothing kept and
    leaves nothing.
    """
    replaces = "monkeypatch" in request.fixturenames
    if replaces:
        forget()
    yield
    if replaces:
        forget()


def forget() -> None:
    """Forget what was kept of the database."""
    for edition in database._latest:
        edition.kept.clear()


@contextmanager
def served(database: Path) -> Iterator[None]:
    """Serve a database, with nothing kept before or after."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CULTUURATLAS_DATABASE", str(database))
        forget()
        yield
    forget()


def close() -> None:
    """Forget every open edition, as in a server that has just been started."""
    database._latest.clear()


def run(page: str = "explore", embedded: bool = False, **params: str) -> AppTest:
    test = AppTest.from_file(APP, default_timeout=30)
    test.context["is_embedded"] = embedded  # as the browser says of an address with embed=true
    for name, value in params.items():
        test.query_params[name] = value
    if page != "start":
        test.switch_page(f"page/{page}.py")
    return test.run()


def as_table(page: str, key: str, **params: str) -> AppTest:
    """A page with the table of the answer with that download opened."""
    test = run(page, **params)
    test.session_state[f"{key}-table"] = True
    return test.run()


def texts(test: AppTest) -> str:
    """Everything readable on the page."""
    kinds = (
        "title",
        "header",
        "subheader",
        "markdown",
        "caption",
        "info",
        "warning",
        "error",
        "html",
        "button",
    )
    out = []
    for kind in kinds:
        for element in test.get(kind):
            out.append(
                str(getattr(element, "value", "") or getattr(element, "label", "") or element.proto)
            )
    return "\n".join(out)


def table(test: AppTest, label: str) -> dict[str, list[str]]:
    """The columns of one of our own tables, by its label."""
    return _columns(
        next(e.proto.body for e in test.get("html") if f'aria-label="{label}"' in e.proto.body)
    )


def every_figure(test: AppTest) -> dict[str, list[str]]:
    """The columns of the table of every figure, words without their links."""
    parts = (e.proto for e in test.get("bidi_component"))
    html = next(json.loads(p.json)["html"] for p in parts if p.component_name == "every_figure")
    columns = _columns(html)
    return {
        column: [unescape(re.sub("<[^>]*>", "", cell)) for cell in cells]
        for column, cells in columns.items()
    }


def _columns(html: str) -> dict[str, list[str]]:
    head, *rows = (
        re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", row)
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html)
    )
    return {column: [row[n] for row in rows] for n, column in enumerate(head)}


def area_of(code: str) -> store.Area:
    """An area that this edition has."""
    area = store.area(code)
    assert area
    return area
