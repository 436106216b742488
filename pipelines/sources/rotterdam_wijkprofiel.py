"""Rotterdam Wijkprofiel 2014 and 2016: how residents of 15 and over take part, and whether they
feel welcome, per wijk.

No licence stated. Published by the municipality in a workbook that nobody serves any more; read
from a table of all its columns of the social index. The 71 wijken of Rotterdam are not those of
CBS: 63 are one CBS buurt each, by name and the last two digits of the code. Eight are several or
part of one: their figures are told by name, as a survey, and never on a CBS area. The 14 gebieden
are left out. Two of the 63 are no longer the same buurt in 2024 (Kop van Zuid, Zuiderpark en
Zuidrand), which the build finds by name. Quirks: shares run from 0 to 1; a title may stand for two
columns.
"""

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import compiled
from pipelines.fetch.source import COMPILED, Get, Payloads, Source, Tables

SOURCE = Source(
    title="Wijkprofiel Rotterdam 2016, sociale index",
    publisher="Gemeente Rotterdam (OBI)",
    licence="none-stated",
    url="https://wijkprofiel.rotterdam.nl",
    cadence="every two years until 2016",
    attribution="Bron: Gemeente Rotterdam, Wijkprofiel 2016",
)
FIGURES = "rotterdam/rotterdam_wijkprofiel_2014_2016_SI_FIsubj_long.csv"
CROSSWALK = "rotterdam/wijk_to_cbs_buurt_crosswalk.csv"
COLUMNS = ("year", "sheet", "title", "wijknr", "name", "value")
MEGABYTES = 5  # of the figures, at most
SHEET = "SI"  # the social index
AREA_YEAR = 2016
CITY, CITY_CODE = "5000", "GM0599"
WIJK = "wijk"  # dimension of the survey rows


def probe(get: Get) -> str:
    """The first and the last rows of the figures, or all 3 MB where parts are not served; the
    newest year in them.
    """
    url = f"{COMPILED}{FIGURES}"
    head: bytes = get("head", url, binary=True, headers=compiled.HEAD, megabytes=MEGABYTES)
    if len(head) <= compiled.HEAD_BYTES:
        tail: bytes = get(
            "tail", url, binary=True, headers={"Range": f"bytes=-{compiled.HEAD_BYTES}"}
        )
        head = head[: head.rfind(b"\n") + 1] + tail[tail.find(b"\n") + 1 :]
    rows = compiled.frame(head)
    compiled.must_have(get, url, rows, COLUMNS)
    return str(max(rows["year"]))


def fetch(get: Get) -> None:
    """The figures, and which wijk is which CBS buurt."""
    for path in (FIGURES, CROSSWALK):
        compiled.fetch_csv(get, path)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Tables observation and, for the wijken that are not one CBS buurt, survey; in percent."""
    rows = compiled.read_csv(payloads, FIGURES)
    crosswalk = compiled.read_csv(payloads, CROSSWALK).set_index("area_code_rotterdam")[
        "cbs_buurtnummer"
    ]
    rows = rows[(rows["sheet"] == SHEET) & rows["wijknr"].isin({CITY, *crosswalk.index})]
    id_of = {i.column: i.id for i in indicators}
    for year, titles in rows.groupby("year")["title"]:
        for title in id_of:
            if title not in set(titles):
                raise ValueError(f"{year}: no column is titled {title!r}")
    rows = rows[rows["title"].isin(id_of)]
    twice = rows[rows.duplicated(["year", "title", "wijknr"])]
    if len(twice):
        raise ValueError(
            f"{twice.iloc[0]['year']}: several columns are titled {twice.iloc[0]['title']!r}"
        )
    rows = rows.rename(columns={"year": "period"}).assign(
        area=rows["wijknr"].map({CITY: CITY_CODE, **crosswalk}),
        value=pd.to_numeric(rows["value"]) * 100,
        id=rows["title"].map(id_of),
    )
    on_a_buurt = rows["area"] != ""
    observation = rows[on_a_buurt].rename(columns={"id": "indicator", "name": "area_name"})
    survey = rows[~on_a_buurt].rename(columns={"id": "indicator_text", "name": "subgroup"})
    survey = survey[["indicator_text", "subgroup", "period", "value"]].assign(
        dimension=WIJK,
        unit="%",
        sample="not stated",
        publication=SOURCE.title,
        url=SOURCE.url,
        population="15+",
    )
    return {
        "observation": observation[["indicator", "area", "area_name", "period", "value"]].assign(
            area_year=AREA_YEAR
        ),
        "survey": survey.assign(discipline="", mode="", note=""),
    }
