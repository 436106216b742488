"""CKAN (DUO, Waar is mijn stemlokaal). Resource ids change with every upload: they come from the
package.

A table is in the datastore, which is read page by page, or it is a linked CSV file. What will
surprise you: the `url` of a file may name a host that only the publisher can reach, so only its
path is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import httpx
import pandas as pd

from pipelines.fetch import compiled
from pipelines.fetch.source import Get, Payloads

PAGE = 5000


def fetch_package(
    get: Get,
    host: str,
    package: str,
    names: Iterable[str],
    filters: Mapping[str, Any] | None = None,
) -> None:
    """Snapshot all rows of the named tables of a package, each as `<package>/<name>`.

    `filters` holds columns and the value that a row must have, for a table that is too large to
    take whole.
    """
    for name, resource in find(get, host, package, names).items():
        _fetch_rows(get, host, f"{package}/{name}", resource, filters)


def find(get: Get, host: str, package: str, names: Iterable[str]) -> dict[str, str]:
    """The resource ids of the named tables in the datastore. Raises SourceError, with those there
    are, without one.
    """
    ids = {r["name"]: r["id"] for r in _resources(get, host, package) if r.get("datastore_active")}
    for name in names:
        if name not in ids:
            there = ", ".join(map(str, ids)) or "none"
            raise get.fail(
                _package(host, package), f"no tabular resource {name!r}; there is {there}"
            )
    return {name: ids[name] for name in names}


def fetch_only(get: Get, host: str, package: str) -> pd.DataFrame:
    """Snapshot the one table of a package, whatever its name, and return its rows, as `read_only`
    does.

    From the datastore where it is in it, else the linked file.
    """
    table = _only(get, host, package)
    if table.get("datastore_active"):
        return _frame(_fetch_rows(get, host, package, table["id"]))
    url = _file(get, host, table)
    body = get(
        f"{package}/file",
        url,
        binary=True,
        check=compiled.is_whole,
        rows=lambda b: len(compiled.frame(b)),
    )
    return compiled.frame(body)


def read_only(payloads: Payloads, package: str) -> pd.DataFrame:
    """All rows of the one table of a package, as `fetch_only` kept them; in a file every cell
    is text.
    """
    file = payloads.get(f"{package}/file")
    return read_records(payloads, package) if file is None else compiled.frame(file)


def probe_only(get: Get, host: str, package: str) -> pd.DataFrame:
    """The first rows of the one table of a package."""
    table = _only(get, host, package)
    if table.get("datastore_active"):
        return first(get, host, table["id"])
    url = _file(get, host, table)
    body: bytes = get(f"{package}/head", url, binary=True, headers=compiled.HEAD)
    return compiled.frame(body[: body.rfind(b"\n") + 1])


def first(get: Get, host: str, resource: str, sort: str = "") -> pd.DataFrame:
    """The first row of a table in the datastore, in its own order or by `sort`. Raises SourceError
    when it has none.
    """
    params: dict[str, Any] = {"resource_id": resource, "limit": 1} | (
        {"sort": sort} if sort else {}
    )
    url = f"https://{host}/api/3/action/datastore_search"
    result = get(f"first/{resource}", url, params=params, check=_succeeded)["result"]
    if not result["records"]:
        raise get.fail(f"{url}?resource_id={resource}", "200 without rows")
    return _frame(result["records"])


def _resources(get: Get, host: str, package: str) -> list[dict[str, Any]]:
    url = f"https://{host}/api/3/action/package_show"
    found: list[dict[str, Any]] = get(package, url, params={"id": package}, check=_succeeded)[
        "result"
    ]["resources"]
    return found


def _package(host: str, package: str) -> str:
    return f"https://{host}/api/3/action/package_show?id={package}"


def _only(get: Get, host: str, package: str) -> dict[str, Any]:
    tables = [r for r in _resources(get, host, package) if str(r.get("format")).upper() == "CSV"]
    if len(tables) != 1:
        raise get.fail(_package(host, package), f"{len(tables)} tables where one was expected")
    return tables[0]


def _file(get: Get, host: str, table: Mapping[str, Any]) -> str:
    return f"https://{host}{httpx.URL(get.http.canonical(table['url'])).path}"


def _fetch_rows(
    get: Get, host: str, name: str, resource: str, filters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    url = f"https://{host}/api/3/action/datastore_search"
    number, total, seen, rows = 0, 1, set[Any](), list[dict[str, Any]]()
    only = {"filters": json.dumps(filters)} if filters else {}
    while len(rows) < total:
        params = {"resource_id": resource, "limit": PAGE, "offset": len(rows), **only}
        body = get(
            f"{name}/{number}",
            url,
            params=params,
            check=_succeeded,
            rows=lambda b: len(b["result"]["records"]),
        )
        result = body["result"]
        ids, total = [r.get("_id") for r in result["records"]], result["total"]
        if not ids:
            raise get.fail(
                f"{url}?resource_id={resource}",
                f"200 without rows ({len(rows):,} of {total:,} came)",
            )
        if seen.intersection(ids):
            raise get.fail(
                f"{url}?resource_id={resource}",
                f"page {number + 1} repeats rows of an earlier page",
            )
        seen.update(ids)
        rows, number = rows + result["records"], number + 1
    return rows


def _succeeded(body: Any) -> None:
    if not isinstance(body, dict) or not body.get("success"):
        raise ValueError(f"CKAN did not succeed: {str(body)[:200]}")


def read_records(payloads: Payloads, name: str) -> pd.DataFrame:
    """All rows of a table, named as `fetch_package` does; a cell is what it is in JSON, an empty
    one None.
    """
    number, rows = 0, list[dict[str, Any]]()
    while (page := payloads.get(f"{name}/{number}")) is not None:
        rows += page["result"]["records"]
        number += 1
    return _frame(rows)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, dtype=object)  # or a house number beside an empty one becomes 12.0
