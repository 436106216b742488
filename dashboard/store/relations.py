"""What ties places, organisations and postcodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.store.areas import INSIDE, area, in_parts, within
from dashboard.store.database import ByArea, cached, rows


@cached(64)
def ties(scope: str) -> list[dict[str, Any]]:
    """Ties with an end in a municipality or region, pupil flows aside: kind, proof, both ends with
    name and domain, source.
    """
    if (whole := area(scope)) and whole.is_region:
        codes = {*within(scope)}
        return [tie for tie in _ties()[""] if tie["a_area"] in codes or tie["b_area"] in codes]
    return _ties().get(scope, [])


@cached(1)
def _ties() -> dict[str, list[dict[str, Any]]]:
    """By municipality its ties, and all under a blank. There are some thousands in all, and looking
    for those of one takes as long as reading them all.
    """
    out: dict[str, list[dict[str, Any]]] = {}
    for r in rows(
        """WITH joined AS (SELECT * FROM tie WHERE kind <> 'pupil_flow'),
             seen AS (SELECT a AS id FROM joined UNION SELECT b FROM joined),
             point AS (
               SELECT p.id, coalesce(p.name, t.label_nl) AS name, p.domain, a.municipality, p.area FROM place p
                 JOIN area a ON a.code = p.area JOIN term t ON t.scheme = 'kind' AND t.id = p.kind
                 WHERE p.id IN (FROM seen)
               UNION ALL
               SELECT c.id, c.name, c.domain, coalesce(a.municipality, c.area), c.area FROM actor c
                 LEFT JOIN area a ON a.code = c.area)
           SELECT list_distinct([a.municipality, b.municipality]) AS municipalities, t.kind, t.proof, t.a, t.b,
             a.name AS a_name, b.name AS b_name, a.domain AS a_domain, b.domain AS b_domain,
             a.area AS a_area, b.area AS b_area, t.weight, t.unit, t.scheme, t.period, t.source
           FROM joined t JOIN point a ON a.id = t.a JOIN point b ON b.id = t.b
           ORDER BY t.kind, t.a, t.b, t.scheme, t.period"""
    ):
        for municipality in ["", *r.pop("municipalities")]:
            out.setdefault(municipality, []).append(r)
    return out


@cached(256)
def pupils(code: str) -> list[dict[str, Any]]:
    """The primary schools of children from the postcodes of an area: `low` to `high`, `weight`
    where not masked.

    All three are None where a number is missing.
    Of a district or municipality those of all its neighbourhoods, each postcode once.
    """
    return rows(
        """SELECT p.id, p.name, p.area, any_value(b.name) AS place,
             CASE WHEN bool_and(t.status <> 'missing') THEN sum(t.low) END AS low,
             CASE WHEN bool_and(t.status <> 'missing') THEN sum(t.high) END AS high,
             CASE WHEN bool_and(t.weight IS NOT NULL) THEN sum(t.weight) END AS weight, any_value(t.period) AS period,
             any_value(t.unit) AS unit, any_value(t.proof) AS proof, any_value(t.source) AS source,
             string_agg(DISTINCT l.name, ', ' ORDER BY l.name) AS postcodes
           FROM (SELECT DISTINCT l.name FROM alias l JOIN (SELECT unnest(?) AS code) c ON c.code = l.area
                 WHERE l.kind = 'postcode') l
           JOIN tie t ON t.kind = 'pupil_flow' AND t.a = 'postcode:' || l.name
           JOIN place p ON p.id = t.b LEFT JOIN area b ON b.code = p.area
           GROUP BY p.id, p.name, p.area ORDER BY high DESC NULLS LAST, p.id""",
        [*within(code)],
    )


@cached(256)
def pupils_of(school: str) -> list[dict[str, Any]]:
    """From which postcodes children go to a primary school, most first; `low` to `high`, `weight`
    where not masked.
    """
    return rows(
        """SELECT split_part(a, ':', 2) AS postcode, weight, low, high, unit, period, proof, source FROM tie
           WHERE kind = 'pupil_flow' AND b = ? ORDER BY high DESC NULLS LAST, a""",
        school,
    )


@cached(1)
def grants() -> list[dict[str, Any]]:
    """Of every year in the register of grants their number `n`, the `euros`, and those to
    recipients in `leisure`.
    """
    return rows(
        """SELECT t.period, count(*) AS n, sum(t.weight) AS euros,
             sum(CASE WHEN c.domain = 'leisure' THEN t.weight END) AS leisure
           FROM tie t JOIN actor c ON c.id = t.b WHERE t.source = 'amsterdam_subsidies'
           GROUP BY t.period ORDER BY t.period"""
    )


@cached(256)
def has_pupils(code: str) -> bool:
    """Whether a flow of pupils begins or ends in an area."""
    records = rows(
        """WITH inside AS (SELECT unnest(?) AS code),
             ends AS (SELECT 'postcode:' || l.name AS id FROM alias l JOIN inside i ON l.area = i.code
                        WHERE l.kind = 'postcode'
                      UNION ALL SELECT p.id FROM place p JOIN inside i ON p.area = i.code)
           SELECT count(*) AS n FROM tie t WHERE t.kind = 'pupil_flow'
             AND (t.a IN (SELECT id FROM ends) OR t.b IN (SELECT id FROM ends))""",
        [*within(code)],
    )
    return bool(records[0]["n"])


@cached(1)
def coaches() -> list[dict[str, Any]]:
    """Which sectors culture coaches connect, in percent of municipalities, most first; `a`, `b`:
    terms of `sector`.
    """
    return rows(
        """SELECT split_part(t.a, ':', 2) AS a, split_part(t.b, ':', 2) AS b, c.domain AS b_domain, t.weight, t.period,
             t.source, t.proof
           FROM tie t JOIN actor c ON c.id = t.b WHERE t.kind = 'culture_coach' ORDER BY t.weight DESC, t.a, t.b"""
    )


def _links_within(codes: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for r in rows(
        f"""WITH {INSIDE}, here AS (
             SELECT i.code, p.id, p.domain, p.facet FROM inside i JOIN place p USING (area)
             WHERE p.domain IS NOT NULL
             UNION ALL
             SELECT i.code, c.id, c.domain, NULL FROM inside i JOIN actor c USING (area) WHERE c.domain IS NOT NULL),
           tied AS (
             SELECT h.code, h.domain, h.facet, t.* FROM tie t JOIN here h ON h.id = t.a
             WHERE t.kind <> 'pupil_flow' -- that begins at a postcode
             UNION SELECT h.code, h.domain, h.facet, t.* FROM tie t JOIN here h ON h.id = t.b)
           SELECT code, domain, facet, kind, proof, count(*) AS n, min(period) AS since, max(period) AS until,
             list_sort(list(DISTINCT source)) AS sources
           FROM tied GROUP BY code, domain, facet, kind, proof ORDER BY ALL""",
        *in_parts(codes),
    ):
        out.setdefault(r.pop("code"), []).append(r)
    return out


# the number `n` of ties with an end in an area, by `kind`, `proof`, and `domain` and `facet` (None:
# both) of that end
links_within = ByArea(_links_within, list)
