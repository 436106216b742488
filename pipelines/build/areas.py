"""Areas: codes, parents, years. An area is a code *and* a year: CBS uses a code again for another
area later.
"""

from __future__ import annotations

import re
import unicodedata

import pandas as pd
import shapely

from pipelines import PipelineError
from pipelines.catalogue import Catalogue

NAME_LENGTH = 40  # of the names in CBS tables
PROVINCE = "provincie"
NEAR_YEARS = 2  # a name or population of so many years earlier or later tells what an area was
MOST_TIMES, MOST_GROWN = (
    1.5,
    250,
)  # an area that grew or shrank by more, and by more residents, is another one
REASONS = ("unnamed", "renamed", "gone", "resized")


def assemble(area: pd.DataFrame, outline: pd.DataFrame, province: pd.DataFrame) -> pd.DataFrame:
    """One row per area of the year, with outline, bounds and label point where there is an outline.

    Raises PipelineError when one of the three was never fetched, when they are not of one year, for an area that is
    there twice, and for an outline without an area, as when one got another code.
    """
    parts = {"cbs_kwb": area, "pdok_areas": outline, "cbs_regions": province}
    if absent := [name for name, df in parts.items() if df.empty]:
        fetch = f"python -m pipelines fetch {' '.join(absent)}"
        raise PipelineError(f"there are no areas in {', '.join(absent)}: run `{fetch}` first")
    years = {
        name: ", ".join(str(y) for y in sorted(df["year"].unique())) for name, df in parts.items()
    }
    again = f"run `python -m pipelines fetch {' '.join(years)}` again"
    if len(set(years.values())) > 1:
        differ = ", ".join(f"{name} of {year}" for name, year in years.items())
        raise PipelineError(f"areas of different years ({differ}): {again}")
    for name, df in (("cbs_kwb", area), ("pdok_areas", outline)):
        if df["code"].duplicated().any():
            first = df[df["code"].duplicated()].sort_values("code").iloc[0]
            raise PipelineError(
                f"{name}: area {first['code']} ({first['name']}) is there twice: {again}"
            )
    orphans = outline[~outline["code"].isin(area["code"])].sort_values("code")
    if len(orphans):
        first = orphans.iloc[0]
        raise PipelineError(
            f"pdok_areas: outline {first['code']} ({first['name']}) belongs to no area of cbs_kwb; {len(orphans):,} "
            f"such outlines: {again}, or wait until both publishers know the new code"
        )
    shapes = outline.drop(columns=["name", "level", "year", "source"])
    bounds = pd.DataFrame(
        shapely.bounds(shapely.from_geojson(shapes["geometry"])),
        shapes.index,
        ["west", "south", "east", "north"],
    )
    area = area.drop(columns="source").merge(shapes.join(bounds.round(5)), on="code", how="left")
    return _with_provinces(area, province)


def _with_provinces(area: pd.DataFrame, province: pd.DataFrame) -> pd.DataFrame:
    """The areas with the provinces between the country and the municipalities: each the sum of its
    municipalities, in residents and in outline.

    The outlines of municipalities share their borders to the last digit, so that nothing is left
    between them.
    """
    by_municipality = province.set_index("municipality")
    area["province"] = area["municipality"].map(by_municipality["province"])
    towns = area[area["municipality"].notna() & (area["municipality"] == area["code"])]
    seat = towns["code"].map(by_municipality["code"])
    rows = []
    for code, members in towns.groupby(seat):
        rows.append(
            {
                "code": code,
                "year": members["year"].iloc[0],
                "level": PROVINCE,
                "name": members["province"].iloc[0],
                "parent": members["parent"].iloc[0],
                "province": members["province"].iloc[0],
                "population": members["population"].sum(),
                **_drawn(members["geometry"].dropna()),
            }
        )
    area["parent"] = area["parent"].mask(area.index.isin(towns.index), seat.reindex(area.index))
    return pd.concat([area, pd.DataFrame(rows, columns=area.columns)], ignore_index=True)


def _drawn(outlines: pd.Series) -> dict[str, object]:
    """Some outlines as one, with its bounds and a point in it; nothing where there are none."""
    whole = shapely.union_all(shapely.from_geojson(outlines))
    if whole.is_empty:
        return {}
    ends = zip(("west", "south", "east", "north"), shapely.bounds(whole).round(5), strict=True)
    spot = shapely.get_coordinates(shapely.point_on_surface(whole)).round(5)[0]
    return {"geometry": shapely.to_geojson(whole), "lon": spot[0], "lat": spot[1], **dict(ends)}


def address(postcode: pd.Series, number: pd.Series) -> pd.Series:
    """`1234AB-12` of each: postcode and house number without its addition; blank where either is
    missing.
    """
    code = postcode.astype(object).fillna("").astype(str).str.replace(" ", "").str.upper()
    digits = number.astype(object).fillna("").astype(str).str.extract(r"^\s*(\d+)", expand=False)
    return (code + "-" + digits).where(code.str.fullmatch(r"\d{4}[A-Z]{2}") & digits.notna(), "")


def postcodes(place: pd.DataFrame, alias: pd.DataFrame) -> pd.DataFrame:
    """Table alias of the postcodes that `alias` lacks: the neighbourhood where most places have
    that address.

    CBS gives a neighbourhood the one postcode that most of its addresses have, so some postcodes
    are of none.
    """
    if "address" not in place:
        return alias[:0]
    here = place[["area", "address"]].dropna().assign(name=lambda df: df["address"].str[:4])
    known = alias[alias["kind"] == "postcode"]["name"]
    here = here[here["name"].str.fullmatch(r"\d{4}") & ~here["name"].isin(known)]
    found = (
        here.groupby(["name", "area"])
        .size()
        .sort_values(ascending=False, kind="stable")
        .reset_index()
    )
    return (
        found.drop_duplicates("name").sort_values("name")[["area", "name"]].assign(kind="postcode")
    )


def plain(name: str) -> str:
    """A name without what CBS varies between years: case, signs, accents, `Wijk 01`, `(gemeente)`,
    the end after 40.
    """
    name = unicodedata.normalize("NFKD", str(name).strip()[:NAME_LENGTH].casefold())
    name = re.sub(r"\(.*?\)|\bwijk \d+\b|\bbuurt \d+\b", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"[\u0300-\u036f]", "", name)).strip()


def carry(
    observation: pd.DataFrame, area: pd.DataFrame, former: pd.DataFrame, catalogue: Catalogue
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The observations on the areas of today, and which areas of which source were left out and
    why.

    A figure on the areas of an earlier year reaches an area of today only if it is the same one: of
    the same municipality, called the same, and with a population alike; that may be under another
    code. A code alone is no proof, for codes are used again. The name of then is the publisher's
    own (`area_name`) or that of the nearest year in `former` (code, year, name, population); a
    neighbourhood whose name of then nobody tells is the same when its code is and its district is
    the same under the same code.

    Returns `observation` with `area` of today, and a frame with source, year, code, name (of then),
    now (what the code is called today), residents (of what it is today) and reason: one of REASONS.
    """
    pairs = observation[["area", "area_year"]].drop_duplicates()
    if "area_name" in observation:
        told = observation.dropna(subset="area_name").drop_duplicates(["area", "area_year"])
        pairs = pairs.merge(told[["area", "area_year", "area_name"]], how="left")
    else:
        pairs = pairs.assign(area_name=None)
    seats = _seats(pairs, area, former, catalogue)
    kept = observation.merge(seats, on=["area", "area_year"], how="left")
    gone = kept[kept["seat"].isna()].drop_duplicates(["source", "area", "area_year"])
    gone = gone.rename(columns={"area": "code", "area_year": "year"})
    today = area.set_index("code")
    gone = gone.assign(
        now=gone["code"].map(today["name"]), residents=gone["code"].map(today["population"])
    )
    kept = (
        kept[kept["seat"].notna()]
        .assign(area=lambda df: df["seat"])
        .drop(columns=["seat", "name", "reason"])
    )
    return kept.reset_index(drop=True), gone[
        ["source", "year", "code", "name", "now", "reason", "residents"]
    ]


def _seats(
    pairs: pd.DataFrame, area: pd.DataFrame, former: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """For each area and year of `pairs` its name then, its code of today (`seat`), or the reason
    that it has none.
    """
    today = area.set_index("code")
    near = pairs[["area", "area_year"]].merge(
        former.rename(columns={"code": "area", "name": "former"}), on="area"
    )
    near["away"] = (near["year"] - near["area_year"]).abs()
    near = near[near["away"] <= NEAR_YEARS].sort_values(["away", "year"])
    key = ["area", "area_year"]
    seats = pairs.merge(
        near.groupby(key)["former"].first().reset_index(), how="left", on=key
    )  # first: not blank
    seats["name"] = seats["area_name"].fillna(seats["former"])
    near = near.merge(seats[[*key, "name"]], on=key)
    near = near[near["former"].map(plain) == near["name"].map(plain)]
    seats = seats.merge(near.groupby(key)["population"].first().reset_index(), how="left", on=key)

    exists = seats["area"].isin(today.index)
    same_year = exists & (seats["area_year"] == seats["area"].map(today["year"])) | (
        exists & seats["area"].map(today["parent"]).isna()  # the country is the same in every year
    )
    same_name = exists & (
        seats["area"].map(today["name"].map(plain)) == seats["name"].map(plain, na_action="ignore")
    )
    names = pd.Series(area["code"].to_numpy(), _key(area["code"], area["name"], catalogue))
    moved = _key(seats["area"], seats["name"], catalogue).map(
        names[~names.index.duplicated(keep=False)]
    )
    seats["seat"] = seats["area"].where(same_year | same_name, moved.where(seats["name"].notna()))
    now, then = (
        seats["seat"].map(today["population"]).astype(float),
        seats["population"].astype(float),
    )
    resized = (
        ~same_year
        & ((now - then).abs() > MOST_GROWN)
        & ~(now / then).between(1 / MOST_TIMES, MOST_TIMES)
    )
    seats["seat"] = seats["seat"].mask(resized)

    whole = seats[seats["seat"] == seats["area"]]
    districts = pd.MultiIndex.from_frame(whole[["area", "area_year"]])
    above = pd.MultiIndex.from_arrays([seats["area"].map(today["parent"]), seats["area_year"]])
    unnamed = seats["name"].isna() & ~same_year
    seats["seat"] = seats["seat"].mask(unnamed & exists & above.isin(districts), seats["area"])
    # two areas of then that would be one of today: the one of its code is, no other
    claimed = (
        seats["seat"].notna()
        & (seats["seat"] != seats["area"])
        & seats.duplicated(["seat", "area_year"], False)
    )
    seats["seat"] = seats["seat"].mask(claimed)
    reason = (
        pd.Series("gone", seats.index)
        .mask(exists, "renamed")
        .mask(resized, "resized")
        .mask(unnamed, "unnamed")
    )
    return seats.assign(reason=reason.where(seats["seat"].isna()))[
        ["area", "area_year", "name", "seat", "reason"]
    ]


def _key(code: pd.Series, name: pd.Series, catalogue: Catalogue) -> pd.Series:
    """Level, municipality and name: what an area has in common with itself in another year."""
    seat = {}
    for one in code.unique():
        level = catalogue.level_of(one)
        groups = level and catalogue.area_levels[level].code.fullmatch(one)
        seat[one] = " ".join([level or one, *(groups.groups()[:1] if groups else ())])
    return code.map(seat) + " " + name.map(plain)
