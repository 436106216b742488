"""How good our own figures are: validations, proofs, what was left out, what contradicts itself."""

from __future__ import annotations

from typing import Any

from dashboard.store.database import cached, rows


@cached(1)
def validations() -> list[dict[str, Any]]:
    """How well each modelled indicator predicts what was measured: a row per indicator and design
    of validation.
    """
    return rows(
        """SELECT v.*, i.position FROM validation v JOIN indicator i ON i.id = v.indicator
           ORDER BY i.position, v.design DESC"""
    )


@cached(1)
def transport() -> list[dict[str, Any]]:
    """How well the same model predicts what is known everywhere: a row per indicator and design,
    home first.
    """
    return rows(
        """SELECT v.*, i.position FROM transport v JOIN indicator i ON i.id = v.indicator
           ORDER BY i.position, list_position(['left_out', 'elsewhere', 'between'], v.design)"""
    )


@cached(1)
def model() -> dict[str, Any]:
    """The participation model: its `predictors`, and the bar: `least_r2`, `low` to `high` coverage
    at `level`.
    """
    return rows("SELECT * FROM model")[0]


@cached(32)
def folds(indicator: str, design: str) -> list[dict[str, Any]]:
    """Every validated prediction of a modelled indicator beside what was observed, with its
    interval.

    `apart`: whether the two are told apart from chance, of all areas of the design together.
    """
    return rows(
        """SELECT f.area, a.name, f.observed, f.predicted, f.low, f.high, f.apart
           FROM fold f JOIN area a ON a.code = f.area
           WHERE f.indicator = ? AND f.design = ? ORDER BY f.observed, f.area""",
        indicator,
        design,
    )


@cached(1)
def proofs() -> list[dict[str, Any]]:
    """By method the published number from which ours is farthest; `n` is how many numbers there are
    of it.
    """
    return rows(
        """SELECT *, count(*) OVER (PARTITION BY method) AS n FROM proof
           QUALIFY row_number() OVER (PARTITION BY method ORDER BY difference DESC, item) = 1 ORDER BY method"""
    )


def surveys(source: str = "national_surveys") -> list[dict[str, Any]]:
    """Every figure of a survey that is on no area of ours, as published."""
    return rows("SELECT * FROM survey WHERE source = ? ORDER BY ALL", source)


@cached(1)
def left_out() -> list[dict[str, Any]]:
    """The earlier areas whose figures are on no area of today, by source, with what their code is
    called now.
    """
    return rows(
        """SELECT source, year, code, name, now, reason, residents FROM left_out
           ORDER BY source, residents DESC NULLS LAST, code"""
    )


@cached(1)
def contradictions() -> list[dict[str, Any]]:
    """Figures that cannot both be so, by kind: the figure of one source, and the other, which may
    be blank.
    """
    return rows("SELECT * FROM contradiction ORDER BY kind, indicator, name, area, period")
