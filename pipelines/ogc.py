"""OGC API Features as PDOK serves it: GeoJSON pages with a `next` link, at most 1,000 features each."""

from __future__ import annotations

from typing import Any

from pipelines.source import Get, Payloads


def fetch_collection(get: Get, name: str, url: str, **filters: str) -> None:
    """Snapshot all pages of a collection's items. A repeated or missing page is an error."""
    where: str | None = url
    params: dict[str, Any] | None = {"f": "json", "limit": 1000, **filters}
    number, seen = 0, set[Any]()
    while where:
        page = get(f"{name}/{number}", where, params=params, check=_is_collection, rows=lambda b: len(b["features"]))
        ids = [f.get("id") for f in page["features"]]
        if seen.intersection(ids):
            raise get.fail(where, f"page {number + 1} repeats features of an earlier page")
        if page.get("numberReturned", len(ids)) != len(ids):
            raise get.fail(where, f"{len(ids)} features came of the {page['numberReturned']} announced")
        seen.update(ids)
        where = next((link["href"] for link in page.get("links", []) if link["rel"] == "next"), None)
        params, number = None, number + 1


def _is_collection(body: Any) -> None:
    if not isinstance(body, dict) or body.get("type") != "FeatureCollection":
        raise ValueError("not a GeoJSON FeatureCollection")
    if not body["features"]:
        raise ValueError("200 without features")


def read_features(payloads: Payloads, name: str) -> list[dict[str, Any]]:
    """All features of all pages."""
    number, out = 0, []
    while (page := payloads.get(f"{name}/{number}")) is not None:
        out += page["features"]
        number += 1
    return out
