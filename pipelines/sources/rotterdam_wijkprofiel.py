"""Rotterdam Wijkprofiel 2014 and 2016: how residents of 15 and over take part, per wijk. No licence stated.

Published by the municipality in a workbook that nobody serves any more. The 71 wijken of Rotterdam are not those of
CBS: 63 are one CBS buurt each, by name and the last two digits of the code. Eight are several or part of one: their
figures are told by name, as a survey, and never on a CBS area. The 14 gebieden are left out. Two of the 63 are no
longer the same buurt in 2024 (Kop van Zuid, Zuiderpark en Zuidrand), which the build finds by name. Quirks: shares run
from 0 to 1; the title of a column stands in its third row.
"""

import io
import zipfile

import openpyxl
import pandas as pd

from pipelines import compiled
from pipelines.catalogue import Indicator
from pipelines.source import COMPILED, Get, Payloads, Source, Tables

SOURCE = Source(
    title="Wijkprofiel Rotterdam 2016, participatie",
    publisher="Gemeente Rotterdam (OBI)",
    licence="none-stated",
    url="https://wijkprofiel.rotterdam.nl",
    cadence="every two years until 2016",
    attribution="Bron: Gemeente Rotterdam, Wijkprofiel 2016",
)
WORKBOOK = "rotterdam/wijkprofiel_2016_SI_selection.xlsx"
CROSSWALK = "rotterdam/wijk_to_cbs_buurt_crosswalk.csv"
YEARS = (2014, 2016)
AREA_YEAR = 2016
CITY, CITY_CODE = 5000, "GM0599"
WIJK = "wijk"  # dimension of the survey rows


def probe(get: Get) -> str:
    """The workbook, some 10 kB: nothing smaller is served."""
    get(WORKBOOK, f"{COMPILED}{WORKBOOK}", binary=True, check=_is_whole)
    return str(max(YEARS))


def fetch(get: Get) -> None:
    """The workbook, and which wijk is which CBS buurt."""
    get(WORKBOOK, f"{COMPILED}{WORKBOOK}", binary=True, check=_is_whole)
    compiled.fetch_csv(get, CROSSWALK)


def _is_whole(body: bytes) -> None:
    if not zipfile.is_zipfile(io.BytesIO(body)):
        raise ValueError(f"truncated or malformed workbook ({len(body):,} bytes)")


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Tables observation and, for the wijken that are not one CBS buurt, survey; in percent."""
    book = openpyxl.load_workbook(io.BytesIO(payloads[WORKBOOK]), read_only=True, data_only=True)
    crosswalk = compiled.read_csv(payloads, CROSSWALK)
    matched = crosswalk[crosswalk["cbs_buurtnummer"] != ""]
    area = dict(zip(matched["area_code_rotterdam"].astype(int), matched["cbs_buurtnummer"], strict=True))
    area[CITY] = CITY_CODE
    unmatched = crosswalk[crosswalk["cbs_buurtnummer"] == ""]["area_code_rotterdam"].astype(int)
    frames, rest = [], []
    for year in YEARS:
        first, _, titles, *rows = book[f"SI {year}"].iter_rows(values_only=True)
        if first[1] != year:
            raise ValueError(f"sheet SI {year} is of {first[1]}")
        column = {str(title).strip(): at for at, title in enumerate(titles)}
        for i in indicators:
            if i.column not in column:
                raise ValueError(f"sheet SI {year}: no column is titled {i.column!r}")
            values = {row[1]: row[column[i.column]] for row in rows}
            names = {row[1]: row[2] for row in rows}
            frame = pd.DataFrame({"area": area.values(), "value": [values[n] for n in area]})
            rest += [(i.id, names[n], str(year), values[n]) for n in unmatched]
            frames.append(frame.assign(indicator=i.id, area_name=[names[n] for n in area], period=str(year)))
    out = pd.concat(frames, ignore_index=True)
    survey = pd.DataFrame(rest, columns=["indicator_text", "subgroup", "period", "value"])
    survey = survey.assign(dimension=WIJK, value=pd.to_numeric(survey["value"]) * 100, unit="%", sample="not stated")
    survey = survey.assign(publication=SOURCE.title, url=SOURCE.url, population="15+", discipline="", mode="", note="")
    return {
        "observation": out.assign(area_year=AREA_YEAR, value=pd.to_numeric(out["value"]) * 100),
        "survey": survey,
    }
