"""What is new in a municipality since the last edition, as a feed to subscribe to (Atom, RFC 4287).

One entry for each area with something new that can be told apart from noise, its sorts apart. The
bytes follow from the edition and the address: the same edition gives the same feed.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from dashboard import store
from dashboard.answer import changed, profile
from dashboard.store import Area, Revision
from dashboard.words.numbers import became, credit, date, difference, then_and_now
from dashboard.words.text import t

MEDIA = "application/atom+xml"
ATOM, XHTML = "http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml"
FAINT = ("untold", "noise")  # named in an entry, but no reason for one


def feed(municipality: str, lang: str, base: str) -> bytes:
    """The feed of a municipality; `base` is the address of the static site, which its links lead
    to.

    Raises KeyError for what is no area of this edition.
    """
    here = store.area(municipality)
    if not here:
        raise KeyError(municipality)
    build = store.build()
    every = store.revisions_within(municipality)
    news = {area: found for area, found in every.items() if any(r.sort not in FAINT for r in found)}
    if build["compared"]:
        said = t(
            "revision_since", lang, id=build["compared"], date=date(build["compared_at"], lang)
        )
        said = said if news else f"{t('revision_none_apart', lang, name=here.name)} {said}"
    else:
        said = t("revision_first", lang)
    out = ET.Element("feed", {"xmlns": ATOM, "xml:lang": lang})
    _text(out, "id", _urn(municipality, lang))
    _text(out, "title", t("revision_feed_title", lang, name=here.name))
    _text(out, "subtitle", said)
    _text(out, "updated", build["built_at"])
    _text(ET.SubElement(out, "author"), "name", t("site", lang))
    used = {
        store.indicators()[r.indicator].source
        for found in news.values()
        for r in found
        if r.indicator
    }
    _text(
        out,
        "rights",
        " ".join([t("revision_rights", lang), *([credit(sorted(used), lang)] if used else [])]),
    )
    ET.SubElement(
        out, "link", rel="self", type=MEDIA, href=base + profile.feed_path(municipality, lang)
    )
    ET.SubElement(
        out, "link", rel="alternate", type="text/html", href=f"{base}{lang}/{municipality}.html"
    )
    for area, found in news.items():
        entry = ET.SubElement(out, "entry")
        _text(entry, "id", _urn(area, lang, build["id"]))
        _text(entry, "title", f"{found[0].name} ({store.term('area_level', found[0].level, lang)})")
        _text(entry, "updated", build["built_at"])
        page = f"{lang}/{area if store.area(area) else municipality}.html"
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=base + page)
        _summary(entry, found, lang)
    _between_surveys(out, here, lang, base)
    return ET.tostring(out, encoding="utf-8", xml_declaration=True) + b"\n"


def _between_surveys(out: ET.Element, here: Area, lang: str, base: str) -> None:
    """What changed in the municipality itself between the last two surveys: an entry that stays the
    same until there is a newer one, dated at the end of its year.
    """
    every = changed.changes(here)
    if not every:
        return
    until = max(c.until for c in every)
    entry = ET.SubElement(out, "entry")
    _text(entry, "id", _urn(here.code, lang, "changed", until))
    _text(entry, "title", f"{t('changed_feed', lang)}: {here.name}")
    _text(entry, "updated", f"{until}-12-31T00:00:00+00:00")
    page = f"{base}{lang}/{here.code}.html"
    ET.SubElement(entry, "link", rel="alternate", type="text/html", href=page)
    summary = ET.SubElement(entry, "summary", type="xhtml")
    inside = ET.SubElement(summary, "div", xmlns=XHTML)
    _text(inside, "p", changed.sentence(here, every, lang))
    _text(inside, "p", t("changed_not_cause", lang))
    _text(inside, "p", credit(sorted({c.indicator.source for c in every}), lang))


def _summary(entry: ET.Element, found: list[Revision], lang: str) -> None:
    """A list for each sort; of what cannot be told from noise only which figures it is."""
    summary = ET.SubElement(entry, "summary", type="xhtml")
    inside = ET.SubElement(summary, "div", xmlns=XHTML)
    for sort in store.REVISIONS:
        lines = [_line(r, lang) for r in found if r.sort == sort]
        if lines:
            _text(
                ET.SubElement(inside, "p"),
                "strong",
                f"{t(f'revision_{sort}', lang)} ({len(lines)})",
            )
            items = ET.SubElement(inside, "ul")
            for line in lines:
                _text(items, "li", line)


def _line(r: Revision, lang: str) -> str:
    if not r.indicator:
        return became(r, lang)
    indicator = store.indicators()[r.indicator]
    label = indicator.text("label", lang)
    if r.sort in FAINT:
        return label
    before, now = then_and_now(r, indicator, lang)
    by = difference(r, indicator, lang)
    line = t("revision_line", lang, label=label, before=before, now=now)
    return f"{line}; {t('revision_by', lang, difference=by)}" if by else line


def _urn(*parts: str) -> str:
    """An id that is the same for ever for the same feed, or area and edition, wherever it is served
    from.
    """
    return uuid5(NAMESPACE_URL, "/".join(("cultuuratlas", "feed", *parts))).urn


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text
