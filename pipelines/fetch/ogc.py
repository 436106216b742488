"""OGC API Features as PDOK serves it: GeoJSON pages with a `next` link, at most 1,000 features
each.

PDOK does not say how many features there are. So a full page without a next link is not taken for
the last one: the collection is asked again in pages of another size, where the last page is not
full unless links are lost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pipelines.fetch.source import Get, Payloads

LIMITS = (1000, 999)


def fetch_collection(
    get: Get,
    name: str,
    url: str,
    ways: list[dict[str, str]],
    check: Callable[[dict[str, Any]], None],
) -> None:
    """Snapshot all pages of a collection's items, filtered by the first of `ways` that works.

    `check` raises ValueError for a feature that was not asked. A page that is repeated, missing or
    cut is an error.
    """
    get.first(
        *(
            partial(_fetch_pages, get, name, url, way, limit, check)
            for limit in LIMITS
            for way in ways
        )
    )


def _fetch_pages(
    get: Get,
    name: str,
    url: str,
    way: dict[str, str],
    limit: int,
    check: Callable[[dict[str, Any]], None],
) -> None:
    where: str | None = url
    params: dict[str, Any] | None = {"f": "json", "limit": limit, **way}
    number, seen, matched = 0, set[Any](), None
    while where:
        page = get(
            f"{name}/{number}",
            where,
            params=params,
            check=of_collection(check),
            rows=lambda b: len(b["features"]),
        )
        ids = [f.get("id") for f in page["features"]]
        address, problem = where, ""
        where = next(
            (link["href"] for link in page.get("links", []) if link["rel"] == "next"), None
        )
        matched = page.get("numberMatched", matched)
        if seen.intersection(ids):
            problem = f"page {number + 1} repeats features of an earlier page"
        seen.update(ids)
        if page.get("numberReturned", len(ids)) != len(ids):
            problem = f"{len(ids)} features came of the {page['numberReturned']} announced"
        elif not where and matched not in (None, len(seen)):
            problem = f"{len(seen):,} features came of the {matched:,} announced"
        elif not where and matched is None and len(ids) == limit:
            problem = f"page {number + 1} is full ({limit:,} features) and has no next link: there may be more"
        if problem:
            raise get.fail(address, problem)
        params, number = None, number + 1


def of_collection(check: Callable[[dict[str, Any]], None]) -> Callable[[Any], None]:
    """Refuses an answer that is no page of features, and one with a feature that `check`
    refuses.
    """

    def accept(body: Any) -> None:
        if not isinstance(body, dict) or body.get("type") != "FeatureCollection":
            raise ValueError("not a GeoJSON FeatureCollection")
        if not body["features"]:
            raise ValueError("200 without features")
        for feature in body["features"]:
            check(feature)

    return accept


def read_features(payloads: Payloads, name: str) -> list[dict[str, Any]]:
    """All features of all pages."""
    number, out = 0, []
    while (page := payloads.get(f"{name}/{number}")) is not None:
        out += page["features"]
        number += 1
    return out
