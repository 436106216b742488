"""What the sources give: the tables of every snapshot, one beneath the other, each row with its source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines import PipelineError
from pipelines.build import edition, own_places, partnerships
from pipelines.catalogue import Catalogue, source_names
from pipelines.fetch import snapshot, source


def every_source(
    catalogue: Catalogue, raw: Path, say: Callable[[str], None]
) -> tuple[dict[str, pd.DataFrame], list[Any]]:
    """The tables of all sources, published networks and own places, and the rows of the sources themselves.

    Raises PipelineError for a source without a snapshot that is not in the embedded edition either.
    """
    parts: dict[str, list[pd.DataFrame]] = {t: [] for t in source.TIDY}
    sources: list[Any] = []
    for name in source_names():
        folder = raw / name
        if not (folder / "manifest.json").exists():
            carried = _carried(name)
            if not carried:
                raise PipelineError(
                    f"{name}: no snapshot in {raw.name}; run `python -m pipelines fetch {name}` first"
                )
            say(f"  {name}: figures kept from the embedded edition; no publisher serves them")
            sources.append(carried.pop("source").iloc[0].to_dict())
        else:
            carried = source.tidied(name, catalogue, folder)
            if source.skipped(carried):
                say(
                    f"  {name}: {source.skipped(carried):,} elements without tags or a place of their own skipped"
                )
            sources.append({**source.described(name), **snapshot.described(folder)})
        for table, df in carried.items():
            parts[table].append(df.assign(source=name))
    for name, network in partnerships.published().items():
        sources.append({"id": name, **partnerships.source(network)})
        parts["actor"].append(pd.DataFrame(network.actors).assign(source=name))
        parts["tie"].append(pd.DataFrame(network.ties).assign(source=name))
    for name, (places, about) in own_places.published(catalogue).items():
        sources.append({"id": name, **about})
        parts["place"].append(places.assign(source=name))
    tables = {
        t: pd.concat(dfs, ignore_index=True) if dfs else pd.DataFrame() for t, dfs in parts.items()
    }
    return tables, sources


def _carried(name: str) -> dict[str, pd.DataFrame]:
    """The rows a source left in the embedded edition, in the shape of its `tidy`, or nothing."""
    tables = {t: edition.read(t) for t in ("source", "indicator", "observation")}
    if not all(len(t) for t in tables.values()) or name not in set(tables["source"]["id"]):
        return {}
    mine = set(tables["indicator"][tables["indicator"]["source"] == name]["id"])
    observation = tables["observation"]
    names = edition.read("area").set_index("code")[
        "name"
    ]  # they are on its areas, whatever year they were measured for
    out = {
        "source": tables["source"][tables["source"]["id"] == name],
        "observation": observation[observation["indicator"].isin(mine)].assign(
            area_name=lambda df: df["area"].map(names)
        ),
    }
    for table in ("actor", "tie", "survey"):
        rows = edition.read(table)
        out[table] = rows[rows["source"] == name] if len(rows) else rows
    return {t: df for t, df in out.items() if len(df)}
