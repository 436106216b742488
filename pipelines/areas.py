"""Areas: codes, parents, years. An area is a code *and* a year: CBS uses a code again for another area later."""

from __future__ import annotations

import re

import pandas as pd
import shapely

from pipelines import PipelineError

COUNTRY = "NL00"


def parent(code: str) -> str | None:
    """The area one level up: buurt to wijk to gemeente to land. CBS codes carry their parents' code."""
    return {
        "BU": lambda: f"WK{code[2:8]}",
        "WK": lambda: f"GM{code[2:6]}",
        "GM": lambda: COUNTRY,
        "NL": lambda: None,
    }[code[:2]]()


def assemble(area: pd.DataFrame, outline: pd.DataFrame, province: pd.DataFrame) -> pd.DataFrame:
    """One row per area of the year, with outline, bounds and label point where there is an outline.

    Raises PipelineError when areas, outlines and provinces are not of one year, for an area that is there twice, and
    for an outline without an area, as when one got another code.
    """
    parts = {"cbs_kwb": area, "pdok_areas": outline, "cbs_regions": province}
    of = {name: ", ".join(str(y) for y in sorted(df["year"].unique())) for name, df in parts.items()}
    again = f"run `python -m pipelines fetch {' '.join(of)}` again"
    if len(set(of.values())) > 1:
        told = ", ".join(f"{name} of {found}" for name, found in of.items())
        raise PipelineError(f"areas of different years ({told}): {again}")
    for name, df in (("cbs_kwb", area), ("pdok_areas", outline)):
        if df["code"].duplicated().any():
            first = df[df["code"].duplicated()].sort_values("code").iloc[0]
            raise PipelineError(f"{name}: area {first['code']} ({first['name']}) is there twice: {again}")
    orphans = outline[~outline["code"].isin(area["code"])].sort_values("code")
    if len(orphans):
        first = orphans.iloc[0]
        raise PipelineError(
            f"pdok_areas: outline {first['code']} ({first['name']}) belongs to no area of cbs_kwb; {len(orphans):,} "
            f"such outlines: {again}, or wait until both publishers know the new code"
        )
    shapes = outline.drop(columns=["name", "level", "year", "source"])
    bounds = pd.DataFrame(
        shapely.bounds(shapely.from_geojson(shapes["geometry"])), shapes.index, ["west", "south", "east", "north"]
    )
    area = area.drop(columns="source").merge(shapes.join(bounds.round(5)), on="code", how="left")
    area["parent"] = area["code"].map(parent)
    area["province"] = area["municipality"].map(province.set_index("municipality")["province"])
    return area


def address(postcode: pd.Series, number: pd.Series) -> pd.Series:
    """`1234AB-12` of each: postcode and house number without its addition; blank where either is missing."""
    code = postcode.astype(object).fillna("").astype(str).str.replace(" ", "").str.upper()
    digits = number.astype(object).fillna("").astype(str).str.extract(r"^\s*(\d+)", expand=False)
    return (code + "-" + digits).where(code.str.fullmatch(r"\d{4}[A-Z]{2}") & digits.notna(), "")


def postcodes(place: pd.DataFrame, alias: pd.DataFrame) -> pd.DataFrame:
    """Table alias of the postcodes that `alias` lacks: the neighbourhood where most places have that address.

    CBS gives a neighbourhood the one postcode that most of its addresses have, so some postcodes are of none.
    """
    if "address" not in place:
        return alias[:0]
    here = place[["area", "address"]].dropna().assign(name=lambda df: df["address"].str[:4])
    known = alias[alias["kind"] == "postcode"]["name"]
    here = here[here["name"].str.fullmatch(r"\d{4}") & ~here["name"].isin(known)]
    found = here.groupby(["name", "area"]).size().sort_values(ascending=False, kind="stable").reset_index()
    return found.drop_duplicates("name").sort_values("name")[["area", "name"]].assign(kind="postcode")


def plain(name: str) -> str:
    """A name without what CBS varies between years: case, signs, `Wijk 01`, `(gemeente)`."""
    name = re.sub(r"\(.*?\)|\bwijk \d+\b|\bbuurt \d+\b", " ", str(name).casefold())
    return re.sub(r"[^a-z0-9à-ÿ]+", " ", name).strip()


def carry(observation: pd.DataFrame, area: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The observations whose area still exists, and one line per source of what was dropped.

    Of another year than the areas, code and name (where the publisher gives one) must both be the same.
    """
    today = area.set_index("code")
    exists = observation["area"].isin(today.index)
    same_year = observation["area_year"] == observation["area"].map(today["year"])
    named = observation["area_name"].notna() if "area_name" in observation else pd.Series(False, observation.index)
    ours = observation["area"].map(today["name"].map(plain))
    theirs = observation["area_name"].map(plain, na_action="ignore") if named.any() else ours
    kept = exists & (same_year | ~named | (ours == theirs))
    lines = []
    for (name, year), group in observation[~kept].groupby(["source", "area_year"]):
        gone = group["area"].nunique()
        lines.append(f"  {name}: {gone:,} areas of {year} are no longer the same area; their figures are left out")
    return observation[kept].reset_index(drop=True), lines
