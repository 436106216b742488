"""Where children go to school, masked numbers as lowest and highest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.connections import LISTED, proof_words, tie_wording
from dashboard.store import Area
from dashboard.words.numbers import number
from dashboard.words.text import t


def pupil_row(flow: Mapping[str, Any], lang: str) -> dict[str, str]:
    """How many pupils, the lowest and highest number where masked, and where that stands."""
    if (status := pupil_status(flow)) == "missing":
        count = t("ties_not_given", lang)
    elif status == "suppressed":
        low, high = (number(flow[end], 0, lang) for end in ("low", "high"))
        count = t("ties_masked", lang, low=low, high=high)
    else:
        count = number(flow["weight"], 0, lang)
    return {
        t("ties_column_weight", lang): count,
        t("column_period", lang): str(flow["period"]),
        t("ties_column_proof", lang): proof_words(flow, False, lang),
        t("ties_column_source", lang): str(store.sources()[flow["source"]]["publisher"]),
    }


def pupil_status(flow: Mapping[str, Any]) -> str:
    """Of a number of pupils: a masked one has only bounds, and one that is missing not even
    these.
    """
    if flow["weight"] is not None:
        return "measured"
    return "missing" if flow["low"] is None else "suppressed"


def pupils_wording(area: Area, postcodes: Sequence[str], lang: str) -> Wording:
    """Where the children of an area go to school, in words."""
    n = len(postcodes)
    listed = ", ".join(postcodes) if n <= LISTED else t("ties_postcodes", lang, n=n)
    title, sentence = (
        t("ties_pupils", lang, name=area.name),
        t("ties_pupils_text", lang, postcodes=listed),
    )
    return tie_wording(title, sentence, ["duo_pupils"], lang)


def answer(area: Area, flows: Sequence[Mapping[str, Any]]) -> Answer:
    """Where the children of an area go to school; `flows` as `store.pupils`."""
    postcodes = sorted({p for r in flows for p in str(r["postcodes"]).split(", ")})

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "a": f"postcode:{r['postcodes']}",
                "b": r["id"],
                "b_name": r["name"],
                "kind": "pupil_flow",
            }
            | {
                "proof": "known",
                "value": r["weight"],
                "low": r["low"],
                "high": r["high"],
                "unit": r["unit"],
            }
            | {"status": pupil_status(r), "period": r["period"]}
            for r in flows
        ]

    wording = partial(pupils_wording, area, postcodes)
    return Answer(("pupils", area.code), wording, rows, ["duo_pupils"], ("a", "b", "period"))
