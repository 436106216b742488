"""The feed of a municipality is valid Atom, says what the store says, and is the same every
time.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest

from dashboard import store
from dashboard.answer import changed as course
from dashboard.site import feed
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import forget

BASE = "https://atlas.example/site/"
ATOM, XHTML = f"{{{feed.ATOM}}}", f"{{{feed.XHTML}}}"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    forget()


@pytest.fixture
def compared(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition that has a last one."""
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(changed))
    forget()


def parsed(municipality: str, lang: str = "nl", base: str = BASE) -> ET.Element:
    return ET.fromstring(feed.feed(municipality, lang, base))


def text(element: ET.Element, tag: str) -> str:
    found = element.findall(ATOM + tag)
    assert len(found) == 1, tag
    assert found[0].text
    return found[0].text


def news(found: ET.Element) -> list[ET.Element]:
    """The entries of what is new in the edition: all but the one of the last two surveys."""
    surveys = tuple(t("changed_feed", lang) for lang in LANGUAGES)
    return [e for e in found.findall(ATOM + "entry") if not text(e, "title").startswith(surveys)]


def check(found: ET.Element, address: str) -> None:
    """What RFC 4287 asks of a feed and of its entries (4.1.1, 4.1.2)."""
    assert found.tag == ATOM + "feed"
    assert found.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [text(found, "id")]
    links = [
        (link.get("rel"), link.get("type"), link.get("href"))
        for link in found.findall(ATOM + "link")
    ]
    assert ("self", "application/atom+xml", address) in links
    assert len({(rel, kind) for rel, kind, _ in links}) == len(links)
    for element in (found, *found.findall(ATOM + "entry")):
        assert text(element, "title")
        assert datetime.fromisoformat(text(element, "updated")).tzinfo
        assert "alternate" in [link.get("rel") for link in element.findall(ATOM + "link")]
        for link in element.findall(ATOM + "link"):
            assert str(link.get("href")).startswith("https://")
    for entry in found.findall(ATOM + "entry"):
        ids.append(text(entry, "id"))
        (summary,) = entry.findall(ATOM + "summary")
        assert summary.get("type") == "xhtml"
        assert [e.tag for e in summary] == [XHTML + "div"]
        assert not (summary.text or "").strip()
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", i) for i in ids)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_an_earlier_edition_it_is_valid_and_empty(lang: str) -> None:
    found = parsed("GM0599", lang)
    check(found, f"{BASE}feed/{lang}/GM0599.xml")
    assert not news(found)
    assert text(found, "subtitle") == t("revision_first", lang)
    assert text(found, "rights")
    assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == lang


@pytest.mark.usefixtures("compared")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_entry_for_each_area_with_something_new_its_sorts_apart(lang: str) -> None:
    found = parsed("GM0599", lang)
    check(found, f"{BASE}feed/{lang}/GM0599.xml")
    entries = {text(e, "title").rpartition(" (")[0]: e for e in news(found)}
    named = {
        "Rotterdam",
        "Charlois",
        "Stadsdriehoek",
        "Oude Westen",
        "Tarwewijk",
        "Oude Haven & <Kade>",
    }
    assert set(entries) == named | {
        "Bedrijvenpark Noord-West"
    }  # of which its last year of residents got a figure
    assert "0123456789ab" in text(found, "subtitle")
    inside = entries["Tarwewijk"].find(f"{ATOM}summary/{XHTML}div")
    assert inside is not None
    heads = [e.text for e in inside.iter(XHTML + "strong")]
    assert heads == [
        f"{t(f'revision_{s}', lang)} ({n})"
        for s, n in (("real", 2), ("correction", 1), ("untold", 1))
    ]
    lists = [[i.text or "" for i in e] for e in inside.findall(XHTML + "ul")]
    assert [len(x) for x in lists] == [2, 1, 1]
    assert "2012" in lists[0][0]
    assert "2020" in lists[0][0]
    assert (
        store.indicators()["primary_schools_per_1000_children"].text("label", lang) == lists[2][0]
    )
    gone = entries["Oude Haven & <Kade>"]  # it has no page of its own
    assert "/GM0599.html" in str(gone.findall(ATOM + "link")[0].get("href"))
    assert "Stadsdriehoek" in "".join(gone.itertext())


@pytest.mark.usefixtures("compared")
def test_names_are_escaped_and_the_bytes_are_the_same_every_time() -> None:
    body = feed.feed("GM0599", "nl", BASE)
    assert b"Oude Haven &amp; &lt;Kade&gt;" in body
    assert b"<Kade>" not in body
    forget()
    assert feed.feed("GM0599", "nl", BASE) == body


@pytest.mark.usefixtures("compared")
def test_an_id_stays_with_its_area_and_edition(
    changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ids(base: str = BASE, lang: str = "nl") -> list[str]:
        found = parsed("GM0599", lang, base)
        return [text(e, "id") for e in (found, *news(found))]

    here = ids()
    assert ids("https://elsewhere.example/") == here
    assert not set(ids(lang="en")) & set(here)
    later = tmp_path / "later.duckdb"
    later.write_bytes(changed.read_bytes())
    with duckdb.connect(str(later)) as con:
        con.execute("UPDATE build SET id = 'ba9876543210'")
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(later))
    forget()
    assert ids()[0] == here[0]  # the feed is the same feed, its entries are new
    assert not set(ids()[1:]) & set(here)


@pytest.mark.usefixtures("compared")
def test_noise_alone_is_no_news() -> None:
    quiet = next(
        r["area"]
        for r in store.rows(
            "SELECT area FROM revision WHERE level = 'gemeente' AND sort = 'noise' ORDER BY 1"
        )
    )
    found = parsed(quiet)
    check(found, f"{BASE}feed/nl/{quiet}.xml")
    assert not news(found)
    here = store.area(quiet)
    assert here
    assert text(found, "subtitle").startswith(t("revision_none_apart", "nl", name=here.name))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_changed_between_two_surveys_is_one_entry_that_stays_the_same(
    lang: str, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surveyed() -> ET.Element:
        entries = parsed("GM0599", lang)
        (entry,) = [e for e in entries.findall(ATOM + "entry") if e not in news(entries)]
        return entry

    entry, here = surveyed(), store.area("GM0599")
    assert here
    every = course.changes(here)
    paragraphs = [p.text or "" for p in entry.iter(XHTML + "p")]
    assert paragraphs[0] == course.sentence(here, every, lang)
    assert t("changed_not_cause", lang) in paragraphs
    assert text(entry, "updated").startswith(max(c.until for c in every))
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(changed))
    forget()
    assert text(surveyed(), "id") == text(entry, "id")


def test_a_municipality_that_is_not_there_has_none() -> None:
    with pytest.raises(KeyError):
        feed.feed("GM9999", "nl", BASE)
