"""The rows of every table, from the snapshots, the catalogue and what we compute ourselves."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import shapely

from pipelines import PipelineError
from pipelines.build import (
    areas,
    catalogue_rows,
    completeness,
    contradictions,
    merge,
    own_figures,
    own_places,
    peers,
    polling_place,
    precision,
    proofs,
    read,
)
from pipelines.catalogue import SCHEMES, Catalogue, measure_names

NAMED = 3  # of many, in what the build says
CREDITED = 6  # sources that a credit names, at most
SHARE_ALIKE = "ODbL-1.0"  # asks the same licence of what is made of it
NEAREST_M = (
    250  # outlines are simplified by some 60 m; a place just outside one still belongs to it
)


def of_every_table(
    catalogue: Catalogue, raw: Path, say: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    """The rows of every table, from the snapshots in `raw`."""
    tables, sources = read.every_source(catalogue, raw, say)
    own = own_figures.files()
    say(f"  read {len(sources) + len(own)} sources")
    area = areas.assemble(tables.pop("area"), tables.pop("outline"), tables.pop("province"))
    for file in own:
        rows = own_figures.read(file, catalogue, area)
        sources.append(own_figures.source(file, catalogue, len(rows)))
        tables["observation"] = pd.concat([tables["observation"], rows], ignore_index=True)
    figures, left_out = areas.carry(tables["observation"], area, tables["former"], catalogue)
    for (of, reason), group in left_out.groupby(["source", "reason"]):
        say(f"  {of}: figures of {len(group):,} earlier areas are on no area of today ({reason})")
    observation = _observations(figures, area, catalogue)
    seated = _places(tables["place"], area, catalogue, say)
    own_places.must_be_seated(tables["place"], seated)
    place = merge.merge(seated, catalogue)
    listing = completeness.count(place, catalogue)
    twice = listing["entries"] - listing["places"]
    if twice.any():
        say(
            "  entries that are a place of another entry: "
            + ", ".join(f"{n:,} of {k}" for k, n in zip(listing["kind"], twice, strict=True) if n)
        )
    covers = completeness.find(
        area,
        place,
        catalogue,
        {*listing.loc[listing["complete"].fillna(False).astype(bool), "kind"]},
    )
    inputs = {
        "area": area,
        "observation": observation,
        "place": place,
        "completeness": covers,
    }
    measured = _measures(inputs, catalogue, sources)
    observation = pd.concat([observation, *measured.pop("observation", [])], ignore_index=True)
    shown = {i.id: i.decimals for i in catalogue.indicators.values()}
    observation = precision.rounded(
        "observation", observation, shown
    )  # peers and classes are of what is kept
    silent = sorted(
        set(catalogue.indicators) - set(observation[observation["value"].notna()]["indicator"])
    )
    if silent:
        say(f"  indicators without one figure at their source: {', '.join(silent)}")
    peer = peers.find(observation, area, catalogue.peer_features)
    alias = pd.concat(
        [
            tables["alias"],
            areas.postcodes(place, tables["alias"]),
            catalogue_rows.other_names(catalogue),
        ],
        ignore_index=True,
    )
    tie = _ties([tables["tie"], *measured.pop("tie", [])], place, catalogue)
    access = pd.concat(measured["access"], ignore_index=True)
    contradiction = contradictions.find(area, observation, access, tie, catalogue)
    for kind, group in contradiction.groupby("kind"):
        names = ", ".join(group["name"].drop_duplicates().head(NAMED))
        say(
            f"  {len(group):,} contradictions between figures ({kind}): {names}, ..; all are on Data and method"
        )
    return {
        "area": area,
        "indicator": catalogue_rows.indicators(catalogue),
        "observation": observation,
        "place": place,
        "classification": polling_place.measured(),
        "proof": proofs.table(),
        "completeness": covers,
        "listing": listing,
        "actor": _actors(tables["actor"], area, alias, say),
        "tie": tie,
        "kind": catalogue_rows.kinds(catalogue),
        "audience": catalogue_rows.audiences(catalogue),
        "survey": tables["survey"],
        "left_out": left_out,
        "contradiction": contradiction,
        **{table: pd.concat(frames, ignore_index=True) for table, frames in measured.items()},
        "alias": alias,
        "peer": peer,
        "need": catalogue_rows.needs(catalogue),
        "scale": catalogue_rows.scales(observation, area, catalogue),
        "term": catalogue_rows.terms(catalogue),
        "source": pd.DataFrame(sources),
    }


def _observations(df: pd.DataFrame, area: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Every figure with its status. What a publisher gives is shown; only what it leaves blank can
    be withheld.

    The `minimum` of a figure is the publisher's own bar, on its own count of residents: a blank in
    an area below it is `suppressed`, another blank `missing`. Of a share that we compute ourselves
    it is our bar: counts are rounded, and a share of a few residents would say nothing.
    """
    residents = df["area"].map(area.set_index("code")["population"]).astype(float)
    attribute = {i: catalogue.indicators[i] for i in df["indicator"].unique()}
    divided = df["indicator"].map({i: bool(a.denominator) for i, a in attribute.items()})
    factor = df["indicator"].map(
        {i: catalogue.units[a.unit].per_resident for i, a in attribute.items()}
    )
    below = residents < df["indicator"].map({i: a.minimum for i, a in attribute.items()})
    share = df["value"] / residents.where((residents > 0) & ~below) * factor
    df["value"] = df["value"].where(~divided, share)

    known = df["indicator"].map({i: a.status for i, a in attribute.items()})
    if "status" not in df:
        df["status"] = None
    blank = (
        pd.Series("missing", df.index)
        .mask(below, "suppressed")
        .mask(residents == 0, "not_applicable")
    )
    df["status"] = df["status"].where(df["status"].notna(), known.where(df["value"].notna(), blank))
    shown = df["status"].isin(["measured", "estimated"])
    for column in ("value", "low", "high"):
        df[column] = pd.to_numeric(df[column]).where(shown) if column in df else None
    df["method"] = df["method"].where(df["low"].notna()) if "method" in df else None
    return df[
        ["indicator", "area", "period", "value", "low", "high", "status", "method", "area_year"]
    ]


def _measures(
    tables: Mapping[str, pd.DataFrame], catalogue: Catalogue, sources: list[Any]
) -> dict[str, list[pd.DataFrame]]:
    """The tables of every measure; each adds itself to the sources, as old as the oldest that it
    rests on.

    A measure sees what the measures that its AFTER names made.
    """
    out: dict[str, list[pd.DataFrame]] = {}
    published, inputs = list(sources), pd.DataFrame(sources)
    modules = {
        name: importlib.import_module(f"pipelines.measures.{name}") for name in measure_names()
    }
    order = TopologicalSorter(
        {name: getattr(module, "AFTER", ()) for name, module in modules.items()}
    )
    for name in order.static_order():
        seen = {
            t: pd.concat([tables[t], *f] if t in tables else f, ignore_index=True)
            for t, f in out.items()
        }
        try:
            result = modules[name].measure({**tables, **seen}, catalogue)
            credited = modules[name].used(result, {**tables, **seen}, catalogue)
        except Exception as e:  # whatever a measure trips over is wrong with what the sources gave
            raise PipelineError(
                f"{name} cannot be computed from these sources ({type(e).__name__}: {e})"
            ) from e
        for table, frame in result.items():
            out.setdefault(table, []).append(frame)
        about = computed(modules[name].TITLE, [s for s in published if s["id"] in credited])
        rows = sum(map(len, result.values()))
        sources.append({"id": name, "retrieved": inputs["retrieved"].min(), **about, "rows": rows})
    return out


def computed(title: str, used: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What we computed as a source: who is credited, and a licence that those allow; as old as the
    oldest of them.
    """
    credited = [*dict.fromkeys(s["attribution"].removeprefix("Bron: ") for s in used)]
    names = "; ".join(credited)
    if len(credited) > CREDITED:
        names = f"{len(credited)} bronnen, die met naam op Gegevens en methode staan"
    share_alike = any(s["licence"] == SHARE_ALIKE for s in used)
    return {
        "title": title,
        "publisher": "Cultuuratlas",
        "licence": SHARE_ALIKE if share_alike else "CC-BY-4.0",
        "url": "",
        "cadence": "with every build",
        "attribution": f"Berekening: Cultuuratlas{f', op gegevens van {names}' if names else ''}",
        "via": "computed",
        "sha256": "",
        **({"retrieved": min(s["retrieved"] for s in used)} if used else {}),
    }


def _places(
    df: pd.DataFrame, area: pd.DataFrame, catalogue: Catalogue, say: Callable[[str], None]
) -> pd.DataFrame:
    """Seat each place in its neighbourhood; drop those that lie abroad."""
    if df.empty:
        return df
    outlines = area[(area["level"] == catalogue.finest) & area["geometry"].notna()][
        ["code", "geometry"]
    ]
    seat = geopandas.GeoDataFrame(
        {"area": outlines["code"]}, geometry=shapely.from_geojson(outlines["geometry"]), crs=4326
    ).to_crs(catalogue.country.projection)
    spot = df[df["lon"].notna()]
    points = geopandas.GeoDataFrame(
        {"id": spot["id"]}, geometry=geopandas.points_from_xy(spot["lon"], spot["lat"]), crs=4326
    ).to_crs(catalogue.country.projection)
    seats = (
        points.sjoin_nearest(seat, max_distance=NEAREST_M)
        .sort_values(["id", "area"])
        .drop_duplicates("id")
        .set_index("id")["area"]
    )
    df["area"] = df["id"].map(seats)
    abroad = df["lon"].notna() & df["area"].isna()
    if abroad.any():
        counts = ", ".join(f"{n:,} of {s}" for s, n in df[abroad]["source"].value_counts().items())
        say(f"  places farther than {NEAREST_M} m from any neighbourhood left out: {counts}")
    df = df[~abroad].copy()
    for column in SCHEMES:
        df[column] = df["kind"].map(
            {k: getattr(kind, column) for k, kind in catalogue.kinds.items()}
        )
    return df.sort_values(
        "id", ignore_index=True
    )  # a publisher may give its rows in any order: sums must not differ


def _actors(
    actor: pd.DataFrame, area: pd.DataFrame, alias: pd.DataFrame, say: Callable[[str], None]
) -> pd.DataFrame:
    """Each actor in its area: as its source says, or the smallest that holds all of its postcode,
    or its town.
    """
    if "place" not in actor:
        return actor
    here = alias[alias["kind"] == "postcode"].merge(
        area, left_on="area", right_on="code", suffixes=("", "_area")
    )
    postcodes = pd.Series(dtype=object)
    for level in ("code", "parent", "municipality"):
        within = here.groupby("name")[level].agg(["nunique", "first"])
        postcodes = postcodes.combine_first(within.loc[within["nunique"] == 1, "first"])
    names = pd.concat(
        [
            area[area["code"] == area["municipality"]],
            alias[alias["kind"] == "name"].assign(code=alias["area"]),
        ]
    )
    names["name"] = names["name"].str.casefold()
    towns = names.drop_duplicates("name").set_index("name")["code"]
    place = actor["place"].fillna("")
    seat = place.str[:4].map(postcodes).fillna(place.str.casefold().map(towns))
    for name, lost in actor[(place != "") & seat.isna()].groupby("source"):
        say(f"  {name}: {len(lost):,} actors of a postcode or town that we do not know")
    return actor.assign(area=actor["area"].fillna(seat) if "area" in actor else seat)


def _ties(found: list[pd.DataFrame], place: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """All ties with their proof; one that names a school by its site code alone is with the first
    of its addresses, and one that names an entry that was merged is with the place that it is.

    The places of one site code are one school (name and kind are the same), in several buildings.
    """
    tie = pd.concat(found, ignore_index=True)
    if tie.empty:
        return tie
    whole = place["id"].sort_values()
    fits = dict(zip(whole.str.split("-", n=1).str[0][::-1], whole[::-1], strict=True))
    tie["b"] = tie["b"].where(tie["b"].isin(whole), tie["b"].map(fits).fillna(tie["b"]))
    merged = (
        place.dropna(subset="also").assign(also=lambda p: p["also"].str.split()).explode("also")
    )
    now = dict(zip(merged["also"], merged["id"], strict=True))
    for end in "ab":
        tie[end] = tie[end].map(now).fillna(tie[end])
    proof = {name: kind.proof for name, kind in catalogue.ties.items()}
    unit = {name: kind.unit or None for name, kind in catalogue.ties.items()}
    return tie.assign(proof=tie["kind"].map(proof), unit=tie["kind"].map(unit))
