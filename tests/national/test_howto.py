"""The how-tos are followed to the letter: what they add is built, is on the page, and leaves no
trace.
"""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import howto

CHOIRS = "gemeentecode,jaar,leden_procent\nGM0599,2024,1.5\nGM0344,2024,2.25\nGM1680,2024,3.1\nGM0363,2024,\n"
LOOK = """
import sys
from streamlit.testing.v1 import AppTest
from dashboard import app

def seen(page, **asked):
    test = AppTest.from_file(app.__file__, default_timeout=60)
    for name, value in asked.items():
        test.query_params[name] = value
    test.switch_page(f"page/{page}.py")
    test.run()
    assert not test.exception, test.exception
    assert not test.warning, test.warning
    print(" ".join(" ".join(e.value.split()) for kind in ("title", "markdown", "caption") for e in test.get(kind)))

seen("explore", area="GM0599", level="gemeente", indicator="distance_doctor_km")
seen("explore", area="GM0599", level="gemeente", indicator="choir_members_share")
seen("gaps", ask="crowded", area="GM0599")
seen("gaps", ask="crowded", lang="fy")
"""


@contextmanager
def publisher(folder: Path) -> Iterator[str]:
    """A mirror on which example.org publishes the made table."""
    (folder / "example.org").mkdir(parents=True)
    (folder / "example.org" / "koren.csv").write_text(CHOIRS)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_indicator_a_source_a_question_and_a_language_by_the_book(
    national: Path, mirror: str, tmp_path: Path
) -> None:
    checkout = howto.copy(tmp_path / "checkout")
    raw, database = tmp_path / "raw", tmp_path / "made.duckdb"
    shutil.copytree(national / "raw", raw, copy_function=shutil.copy)
    fetched = ["--raw", str(raw), "--attempts", "1"]
    later = {"fetch": fetched, "build": ["--help"]}  # built once, when all of it is there
    built = {"fetch": fetched, "build": ["--raw", str(raw), "--database", str(database)]}
    contact = {"CULTUURATLAS_CONTACT": "info@example.org"}
    written = howto.follow(
        "add-an-indicator", checkout, later, CULTUURATLAS_MIRROR=mirror, **contact
    )
    with publisher(tmp_path / "published") as example:
        written += howto.follow(
            "add-a-source", checkout, built, CULTUURATLAS_MIRROR=example, **contact
        )
    written += howto.follow("add-a-question", checkout, {}) + howto.follow(
        "add-a-language", checkout, {}
    )
    doctor, choirs, crowded, frisian = howto.run(
        checkout, "-c", LOOK, CULTUURATLAS_DATABASE=str(database)
    ).splitlines()
    assert "Afstand tot een huisarts per gemeente in Nederland, 2024" in doctor
    assert "Leden van koren per gemeente in Nederland, 2024" in choirs
    assert "Bron: Voorbeeldbond" in choirs
    assert "De meeste mensen wonen in Amsterdam." in crowded
    assert (
        "Most people live in Amsterdam." in frisian
    )  # what Frisian does not have yet is said in English
    # one entry, one file (and the entries of what it measures), one file (and its texts), one file
    assert [str(p.relative_to(checkout)) for p in written] == [
        "data/catalogue/access.toml",
        "pipelines/sources/choir_members.py",
        "data/catalogue/participation.toml",
        "dashboard/question/crowded.py",
        "dashboard/words/texts/gaps.toml",
        "dashboard/words/languages/fy.toml",
    ]
    for path in written:  # and taken out again it leaves no trace
        tracked = howto.ROOT / path.relative_to(checkout)
        if tracked.exists():
            shutil.copy(tracked, path)
        else:
            path.unlink()
    shutil.rmtree(raw / "choir_members")
    howto.run(checkout, "-m", "pipelines", "check", "--database", str(national / "national.duckdb"))
    for folder in ("data", "pipelines", "dashboard"):
        left = {
            p.relative_to(checkout)
            for p in (checkout / folder).rglob("*")
            if "__pycache__" not in p.parts
        }
        there = {p.relative_to(howto.ROOT) for p in (howto.ROOT / folder).rglob("*")}
        assert {p for p in left - there if (checkout / p).is_file()} == set()
