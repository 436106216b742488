"""Places, who they are for, how far they are, and how completely they are listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.store.areas import INSIDE, area_levels, in_parts, inside, within
from dashboard.store.catalogue import indicators
from dashboard.store.database import ByArea, arrays, cached, rows
from dashboard.store.figures import figures_of

POLLED = "kiesraad_places"  # the source of polling places

SHORTEST = 3  # letters of a name of a place that is looked for


@cached(1)
def access_period() -> str:
    """The year of the residents behind the travel times: that of the areas."""
    return str(rows("SELECT max(year) AS year FROM area")[0]["year"])


@cached(64)
def places(scope: str) -> list[dict[str, Any]]:
    """The places within a municipality or a region."""
    where, values = inside(scope)
    return rows(
        f"""SELECT p.id, p.name, p.kind, p.domain, p.lon, p.lat, p.step_free, p.source FROM place p
            JOIN area a ON a.code = p.area WHERE {where} AND p.lon IS NOT NULL ORDER BY p.domain, p.id""",
        *values,
    )


@cached(512)
def near(code: str) -> dict[str, dict[str, Any]]:
    """By kind of place, in the taxonomy's order, how far the nearest is from an area: `metres`,
    with `low` and `high`.

    The distance by road that a publisher gives of the area, else ours (`estimated`), of kinds that
    are listed in full. With `status`, `period` and `source`. A kind of which neither is known is
    not there.
    """
    every, figures = indicators(), figures_of(code)
    published = {
        i: (o, period) for (i, period), o in sorted(figures.items()) if o.value is not None
    }
    ours = {
        r.pop("kind"): r
        for r in rows("SELECT kind, metres, low, high FROM access WHERE area = ?", code)
    }
    out: dict[str, dict[str, Any]] = {}
    for kind, seat in kinds().items():
        if newest := published.get(seat["distance"]):
            o, period = newest
            out[kind] = {
                "metres": 1000 * (o.value or 0),
                "low": None,
                "high": None,
                "status": o.status,
                "period": period,
                "source": every[seat["distance"]].source,
            }
        elif kind in ours:
            out[kind] = ours[kind] | {
                "status": "estimated",
                "period": access_period(),
                "source": "access",
            }
    return out


@cached(16)
def farther(kind: str, metres: float) -> dict[str, Any]:
    """The inhabited neighbourhoods of which the nearest place of a kind is farther for sure, in
    columns: `lon`, `lat` and `population`.
    """
    return arrays(
        """SELECT a.lon, a.lat, a.population::DOUBLE AS population FROM area a JOIN kind k ON k.id = ?
           LEFT JOIN (SELECT * FROM observation WHERE value IS NOT NULL
             QUALIFY row_number() OVER (PARTITION BY indicator, area ORDER BY period DESC) = 1) o
             ON o.area = a.code AND o.indicator = k.distance
           LEFT JOIN access x ON x.area = a.code AND x.kind = k.id
           WHERE a.level = 'buurt' AND a.population > 0 AND a.lon IS NOT NULL
             AND coalesce(1000 * o.value, x.low) > ?""",
        kind,
        metres,
    )


@cached(1)
def complete() -> set[str]:
    """The kinds of which every place is listed, so that the nearest is known by name."""
    return {r["kind"] for r in rows("SELECT DISTINCT kind FROM access")}


@cached(1)
def detour() -> float:
    """How many times the straight line the road is, in the middle of all neighbourhoods; 1 where
    that is not known.
    """
    medians = rows("SELECT median FROM detour WHERE since IS NULL")
    return float(medians[0]["median"]) if medians else 1.0


@cached(1)
def detours() -> list[dict[str, Any]]:
    """The same per class of distance (`since`, `until`, metres) and urbanity (`sparse`, `dense`),
    with its margin.
    """
    return rows("SELECT * FROM detour WHERE since IS NOT NULL ORDER BY since, sparse")


@cached(1)
def detour_columns() -> dict[str, Any]:
    """`since`, `sparse`, `low`, `median` and `high` of the same in columns, and of all together (with
    nan for the class).
    """
    return arrays(
        """SELECT since::DOUBLE AS since, sparse::DOUBLE AS sparse, low, median, high FROM detour
           ORDER BY since NULLS FIRST, sparse"""
    )


@cached(64)
def nearest_of(kind: str, municipality: str) -> dict[str, Any]:
    """How far the nearest of a kind is from every neighbourhood of a municipality, as `near`: in
    columns, by `area`; a distance that is published has no other end than itself.
    """
    return arrays(
        f"""SELECT a.code AS area, coalesce(1000 * o.value, x.metres)::DOUBLE AS metres,
             coalesce(1000 * o.value, x.low)::DOUBLE AS low, coalesce(1000 * o.value, x.high)::DOUBLE AS high,
             coalesce(o.status, CASE WHEN x.metres IS NULL THEN 'missing' ELSE 'estimated' END) AS status,
             coalesce(o.period, ?) AS period, coalesce(i.source, 'access') AS source
           FROM area a JOIN kind k ON k.id = ?
           LEFT JOIN (SELECT area, indicator, arg_max(value, period) AS value, arg_max(status, period) AS status,
             max(period) AS period FROM observation WHERE value IS NOT NULL
               AND indicator IN (SELECT distance FROM kind WHERE id = ?) GROUP BY area, indicator) o ON o.area = a.code
           LEFT JOIN indicator i ON i.id = o.indicator LEFT JOIN access x ON x.area = a.code AND x.kind = k.id
           WHERE a.level = '{area_levels().finest}' AND a.municipality = ? ORDER BY a.code""",
        access_period(),
        kind,
        kind,
        municipality,
    )


@cached(512)
def completeness(scope: str) -> list[dict[str, Any]]:
    """The sources of places: how many `places` each has in a municipality or region, and which of
    its `kinds` are `covered`, in every municipality of it.
    """
    return rows(
        """SELECT source, sum(places)::INTEGER AS places, count(*) AS kinds,
             coalesce(list(kind ORDER BY kind) FILTER (covered), []) AS covered
           FROM (SELECT source, kind, sum(c.places) AS places, bool_and(c.covered) AS covered
                 FROM completeness c JOIN (SELECT DISTINCT municipality FROM area
                   WHERE code IN (SELECT unnest(?))) m USING (municipality) GROUP BY source, kind)
           GROUP BY source ORDER BY bool_or(covered) DESC, source""",
        [*within(scope)],
    )


@cached(1)
def listing() -> list[dict[str, Any]]:
    """By kind of place how many are listed, once merged, beside how many there are by count and by
    estimate.

    `towns` is the number of municipalities where the kind counts.
    """
    return rows(
        """SELECT l.*, (SELECT count(DISTINCT c.municipality) FROM completeness c
             WHERE c.kind = l.kind AND c.covered) AS towns
           FROM listing l JOIN term t ON t.scheme = 'kind' AND t.id = l.kind ORDER BY t.position"""
    )


@cached(1)
def classification() -> list[dict[str, Any]]:
    """By kind how many polling places of a sample a reader labelled so, the rule told so, and both;
    the kinds first.
    """
    return rows(
        """SELECT c.* FROM classification c JOIN term t ON t.scheme = 'kind' AND t.id = c.kind
           ORDER BY c.kind = 'polling_place', t.position"""
    )


@cached(512)
def step_free(scope: str) -> list[dict[str, Any]]:
    """By kind, how many places of a municipality or region have a step-free entrance: `unknown`,
    `yes` or `no`; in the taxonomy's order, with the `sources` of those places.
    """
    where, values = inside(scope)
    return rows(
        f"""SELECT p.kind, count(*) FILTER (p.step_free IS NULL) AS unknown, count(*) FILTER (p.step_free) AS yes,
             count(*) FILTER (NOT p.step_free) AS no, count(*) AS places,
             list_sort(list(DISTINCT p.source)) AS sources
           FROM place p JOIN area a ON a.code = p.area JOIN term t ON t.scheme = 'kind' AND t.id = p.kind
           WHERE {where} GROUP BY p.kind, t.position ORDER BY t.position""",
        *values,
    )


@cached(1)
def kinds() -> dict[str, dict[str, Any]]:
    """The seat of every kind of place, in the taxonomy's order."""
    records = rows(
        "SELECT k.* FROM kind k JOIN term t ON t.scheme = 'kind' AND t.id = k.id ORDER BY t.position"
    )
    return {r["id"]: r for r in records}


@cached(1)
def municipalities_with() -> dict[str, int]:
    """By kind of place in how many municipalities at least one is listed."""
    records = rows(
        """SELECT p.kind, count(DISTINCT a.municipality)::INTEGER AS n FROM place p JOIN area a ON a.code = p.area
           GROUP BY p.kind ORDER BY p.kind"""
    )
    return {r["kind"]: r["n"] for r in records}


def places_called(words: list[str], limit: int) -> list[dict[str, Any]]:
    """Places whose name holds these words (three letters at least together), each with its area;
    the shortest name first.
    """
    if sum(map(len, words)) < SHORTEST:
        return []
    holds = " AND ".join(["contains(lower(p.name), ?)"] * len(words))
    return rows(
        f"""SELECT p.name, p.kind, p.area, a.level, a.name AS area_name, m.name AS town
            FROM place p JOIN area a ON a.code = p.area LEFT JOIN area m ON m.code = a.municipality
            WHERE {holds} ORDER BY length(p.name), p.name, p.id LIMIT ?""",
        *words,
        limit,
    )


def sources_of_kinds(kinds: list[str]) -> list[str]:
    """The sources that list a place of these kinds."""
    return [
        r["source"]
        for r in rows("SELECT DISTINCT source FROM place WHERE kind IN ? ORDER BY source", kinds)
    ]


@cached(2)
def audiences(scheme: str) -> dict[str, list[str]]:
    """By age group (`age`) or `interest` the kinds of place that are for it, in the taxonomy's
    order.
    """
    out: dict[str, list[str]] = {}
    for r in rows(
        """SELECT u.id, u.kind FROM audience u JOIN term t ON t.scheme = u.scheme AND t.id = u.id
           WHERE u.scheme = ? ORDER BY t.position, u.kind""",
        scheme,
    ):
        out.setdefault(r["id"], []).append(r["kind"])
    return out


@cached(1)
def place_columns() -> dict[str, Any]:
    """Places by id, in columns: `id`, `name`, `kind`, `domain`, `learning_form`, `lon`, `lat`,
    `area`, `step_free`, `source`, `address`; a name or address that is not known is blank.
    """
    return arrays(
        """SELECT id, coalesce(name, '') AS name, kind, domain, learning_form, lon, lat, area, source,
             coalesce(address, '') AS address,
             CASE WHEN step_free THEN 'yes' WHEN NOT step_free THEN 'no' ELSE 'unknown' END AS step_free
           FROM place WHERE lon IS NOT NULL ORDER BY id"""
    )


@cached(256)
def named_places(code: str, leave_out: tuple[str, ...] = ()) -> dict[str, str]:
    """By id the name of every place with a name in a neighbourhood, district or municipality, by
    name; some kinds can be left out.
    """
    records = rows(
        """SELECT p.id, p.name FROM place p JOIN area a ON a.code = p.area
           WHERE p.name IS NOT NULL AND p.lon IS NOT NULL AND a.code IN (SELECT unnest(?))
             AND NOT list_contains(?, p.kind) ORDER BY p.name, p.id""",
        [*within(code)],
        [*leave_out],
    )
    return {r["id"]: r["name"] for r in records}


def same_name(name: str, postcode: str) -> list[dict[str, Any]]:
    """Places of exactly this name, signs and case aside, in the areas of a postcode of four digits:
    id and kind.
    """
    plain = "regexp_replace(strip_accents(lower({})), '[^a-z0-9]+', ' ', 'g')"
    return rows(
        f"""SELECT DISTINCT p.id, p.kind FROM place p JOIN alias l ON l.area = p.area AND l.kind = 'postcode'
            WHERE l.name = ? AND trim({plain.format("p.name")}) = trim({plain.format("?")}) ORDER BY p.id""",
        postcode,
        name,
    )


def _kinds_within(codes: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for r in rows(
        f"""WITH {INSIDE}
           SELECT i.code, p.kind, count(*) AS n, list_sort(list(DISTINCT p.source)) AS sources
           FROM inside i JOIN place p USING (area) JOIN term t ON t.scheme = 'kind' AND t.id = p.kind
           GROUP BY i.code, p.kind, t.position ORDER BY t.position""",
        *in_parts(codes),
    ):
        out.setdefault(r.pop("code"), {})[r["kind"]] = r
    return out


# by kind the number `n` of places in a neighbourhood, district or municipality, and their `sources`
kinds_within = ByArea(_kinds_within, dict)


@cached(4)
def places_inside(level: str, kinds: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """By area of a level below the country the number of places of some kinds in it, by kind; an
    area without any is not there.
    """
    out: dict[str, dict[str, int]] = {}
    for r in rows(
        """WITH inside AS (
             SELECT unnest(list_distinct([a.code, a.parent, a.municipality])) AS code, p.kind
             FROM place p JOIN area a ON a.code = p.area WHERE list_contains(?, p.kind))
           SELECT code, i.kind, count(*) AS n FROM inside i JOIN area a USING (code)
           WHERE a.level = ? GROUP BY code, i.kind""",
        [*kinds],
        level,
    ):
        out.setdefault(r["code"], {})[r["kind"]] = r["n"]
    return out


@cached(1)
def polled() -> list[str]:
    """The days of the elections that polling places are of, oldest first."""
    days = rows(
        "SELECT DISTINCT period FROM place WHERE source = ? AND period <> '' ORDER BY period",
        POLLED,
    )
    return [r["period"] for r in days]
