"""The journalist's pack: one ZIP of all that a page offers of what it shows, and the words to print
beside it.

Words come in Dutch and in English: a caption to paste (title, sentence, source, statuses, edition,
address), what a picture shows for who cannot see it, and what may not be concluded. Pictures and
the description of the CSV are in the reader's language, and each caption links to the page in its
own. `pack.json` names the edition, the sources and the SHA-256 of every file. Twice the same pack
of one edition gives twice the same bytes, so nothing in it says when it was made or where.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from dashboard import store
from dashboard.answer.answer import Wording
from dashboard.words.numbers import date, how, licence
from dashboard.words.root import rooted
from dashboard.words.text import LANGUAGES, t

Download = tuple[
    str, str, str, Callable[[], bytes]
]  # text key, file name, media type, and what makes the bytes

CSV = "text/csv"
METHOD = "/data"  # the page that says what we compute ourselves
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a ZIP can name


def file_name(*parts: str) -> str:
    """A name that says what is in the file, edition included; the last part is how it ends."""
    *what, ending = parts
    return re.sub(
        r"[^\w.-]+",
        "_",
        f"{'-'.join(['cultuuratlas', *what, store.build()['id']])}{ending}",
        flags=re.ASCII,
    )


def download(
    name: str,
    wording: Callable[[str], Wording],
    sources: Sequence[str],
    files: Sequence[Download],
    link: str,
    lang: str,
) -> Download:
    """The pack of some downloads of one view, a CSV among them; `link` is the address of the view,
    edition included.
    """
    return (
        "download_pack",
        name,
        "application/zip",
        partial(_pack, wording, sources, files, link, lang),
    )


def address(source: Mapping[str, Any], link: str) -> str:
    """Where a source is; of what we computed ourselves the page that says how, where `link` is."""
    return source["url"] or urljoin(link, rooted(METHOD))


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP of files by name. The same parts give the same bytes: in order of name, with one time
    and one permission.

    Raises ValueError for a name that is not plain ASCII or has a folder.
    """
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(parts):
            if not re.fullmatch(r"[\w-][\w.-]*", name, re.ASCII):
                raise ValueError(f"not a plain file name: {name}")
            entry = ZipInfo(name, EARLIEST)
            entry.create_system, entry.external_attr, entry.compress_type = (
                3,
                0o644 << 16,
                ZIP_DEFLATED,
            )
            archive.writestr(entry, parts[name])
    return out.getvalue()


def version(hashes: Mapping[str, str]) -> str:
    """One hash over SHA-256 by file name: of the lines that `sha256sum` writes of the files in
    order of name.
    """
    return hashlib.sha256(
        "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()
    ).hexdigest()


def _pack(
    wording: Callable[[str], Wording],
    sources: Sequence[str],
    files: Sequence[Download],
    link: str,
    lang: str,
) -> bytes:
    parts = {name: make() for _, name, _, make in files}
    table = next(parts[name] for _, name, mime, _ in files if mime == CSV)
    statuses, periods = (_held(table, column) for column in ("status", "period"))
    for language in LANGUAGES:
        words, there = wording(language), _in_language(link, language, lang)
        texts = {"caption": _caption(words, statuses, there, language), "alt": words.alt}
        texts["not-to-conclude"] = "\n".join(
            [t("not_conclude", language), *(f"- {c}" for c in words.cautions)]
        )
        parts |= {
            f"{file}.{language}.txt": f"{text}\n".encode() for file, text in texts.items() if text
        }
    words, credits = wording(lang), [store.sources()[s] for s in dict.fromkeys(sources)]
    parts["citation.txt"] = _citation(words.title, credits, periods, link, lang)
    parts["citation.json"] = _csl(words.title, credits, link, lang)
    hashes = {name: hashlib.sha256(parts[name]).hexdigest() for name in sorted(parts)}
    build = store.build()
    about = {
        "title": words.title,
        "language": lang,
        "link": link,
        "edition": {"id": build["id"], "built_at": build["built_at"]},
        "mirror": build["mirror"],
        "mirror_note": t("edition_mirror", lang) if build["mirror"] else "",
        "statuses": statuses,
        "periods": periods,
        "sources": [
            {
                k: s[k]
                for k in ("id", "title", "publisher", "licence", "attribution", "retrieved", "via")
            }
            | {"url": address(s, link)}
            for s in credits
        ],
        "files": hashes,
        "version": version(hashes),
    }
    return zipped({**parts, "pack.json": _json(about)})


def _held(table: bytes, column: str) -> list[str]:
    """What occurs in a column of a CSV and in those of that name of a factor (`access:status`)."""
    reader = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    columns = [c for c in reader.fieldnames or () if c.rpartition(":")[2] == column]
    found = {row[c] for row in reader for c in columns} if columns else set()
    order = store.STATUSES if column == "status" else sorted(found)
    return [value for value in order if value in found and value]


def _caption(words: Wording, statuses: Sequence[str], link: str, lang: str) -> str:
    """To paste under a picture: an estimate is named as one, and figures from a mirror as such."""
    build = store.build()
    said = [
        f"{t(f'status_{s}', lang).capitalize()}: {t(f'status_{s}_text', lang)}" for s in statuses
    ]
    honest = [
        words.key,
        words.source,
        " ".join(said),
        t("edition_mirror", lang) if build["mirror"] else "",
    ]
    made_by = f"{t('made_by', lang, build=build['id'])}. {link}"
    return "\n\n".join(
        [words.title, words.sentence, "\n".join([*(line for line in honest if line), made_by])]
    )


def _in_language(link: str, lang: str, own: str) -> str:
    """The same address for readers of another language than the one it has."""
    if lang == own:
        return link
    at = urlsplit(link)
    asked = [(k, v) for k, v in parse_qsl(at.query) if k != "lang"] + (
        [("lang", lang)] if lang != "nl" else []
    )
    return at._replace(query=urlencode(asked)).geturl()


def _citation(
    title: str, sources: Sequence[Mapping[str, Any]], periods: Sequence[str], link: str, lang: str
) -> bytes:
    """The view and every source, as APA writes a data set."""
    build = store.build()
    year, made = build["built_at"][:4], date(build["built_at"], lang)
    of = t("citation_periods", lang, count=len(periods), list=", ".join(periods)) if periods else ""
    lines = [
        t(
            "citation",
            lang,
            year=year,
            title=title,
            periods=of,
            build=build["id"],
            date=made,
            link=link,
        )
    ]
    for s in sources:
        known = {k: s[k] for k in ("publisher", "title")} | {
            "url": address(s, link),
            "how": how(s, lang),
        }
        lines.append(t("citation_source", lang, licence=licence(s["licence"], lang), **known))
    return ("\n\n".join(lines) + "\n").encode()


def _csl(title: str, sources: Sequence[Mapping[str, Any]], link: str, lang: str) -> bytes:
    """The same as CSL-JSON, which reference managers read."""
    build = store.build()
    view = {
        "id": f"cultuuratlas-{build['id']}",
        "author": [{"literal": "Cultuuratlas"}],
        "title": title,
        "issued": _day(build["built_at"]),
        "version": build["id"],
        "publisher": "Cultuuratlas",
        "URL": link,
        "language": lang,
        "note": t("edition_mirror", lang) if build["mirror"] else "",
    }
    under = [
        {
            "id": s["id"],
            "author": [{"literal": s["publisher"]}],
            "title": s["title"],
            "accessed": None if s["via"] == "computed" else _day(s["retrieved"]),
            "publisher": s["publisher"],
            "URL": address(s, link),
            "note": licence(s["licence"], lang),
        }
        for s in sources
    ]
    return _json(
        [{"type": "dataset", **{k: v for k, v in entry.items() if v}} for entry in (view, *under)]
    )


def _day(iso: str) -> dict[str, list[list[int]]]:
    day = datetime.fromisoformat(iso)
    return {"date-parts": [[day.year, day.month, day.day]]}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
