"""CKAN datastores (DUO, Waar is mijn stemlokaal). Resource ids change with every upload: they come from the package."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from pipelines.source import Get, Payloads

PAGE = 5000


def fetch_package(get: Get, host: str, package: str, names: Iterable[str]) -> None:
    """Snapshot all rows of the named tabular resources of a package, each as `<package>/<name>`."""
    url = f"https://{host}/api/3/action/package_show"
    result = get(package, url, params={"id": package}, check=_succeeded)["result"]
    ids = {r["name"]: r["id"] for r in result["resources"] if r.get("datastore_active")}
    for name in names:
        if name not in ids:
            raise get.fail(f"{url}?id={package}", f"no tabular resource {name!r}; there is {', '.join(ids) or 'none'}")
        _fetch_resource(get, host, f"{package}/{name}", ids[name])


def _fetch_resource(get: Get, host: str, name: str, resource: str) -> None:
    url = f"https://{host}/api/3/action/datastore_search"
    number, rows, total, seen = 0, 0, 1, set[Any]()
    while rows < total:
        params = {"resource_id": resource, "limit": PAGE, "offset": rows}
        body = get(f"{name}/{number}", url, params=params, check=_succeeded, rows=lambda b: len(b["result"]["records"]))
        result = body["result"]
        ids, total = [r.get("_id") for r in result["records"]], result["total"]
        if not ids:
            raise get.fail(f"{url}?resource_id={resource}", f"200 without rows ({rows:,} of {total:,} came)")
        if seen.intersection(ids):
            raise get.fail(f"{url}?resource_id={resource}", f"page {number + 1} repeats rows of an earlier page")
        seen.update(ids)
        rows, number = rows + len(ids), number + 1


def _succeeded(body: Any) -> None:
    if not isinstance(body, dict) or not body.get("success"):
        raise ValueError(f"CKAN did not succeed: {str(body)[:200]}")


def read_records(payloads: Payloads, name: str) -> pd.DataFrame:
    """All rows of a resource, named as `fetch_package` does."""
    number, rows = 0, []
    while (page := payloads.get(f"{name}/{number}")) is not None:
        rows += page["result"]["records"]
        number += 1
    return pd.DataFrame(rows)
