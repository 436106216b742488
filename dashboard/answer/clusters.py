"""Clusters: where neighbours are alike, and told apart from chance."""

from __future__ import annotations

from functools import partial

from dashboard import store
from dashboard.answer.answer import Answer, MarkedMap, Wording
from dashboard.answer.gaps import map_wording
from dashboard.picture import scales
from dashboard.store import Area, Indicator
from dashboard.words.numbers import credit, source_line
from dashboard.words.text import t

CLUSTERS = {"high_high": "0", "low_low": "1", "high_low": "2", "low_high": "3"}


def clusters_wording(i: Indicator, city: Area, lang: str) -> Wording:
    """The clusters of an indicator in a city, in words."""
    clusters = store.clusters(i.id)
    apart, period = sum(r["apart"] for r in clusters), clusters[0]["period"]
    title = t(
        "gaps_clusters_title", lang, label=i.text("label", lang), scope=city.name, period=period
    )
    sentence = t("gaps_clusters_sentence", lang, count=apart, n=apart, all=len(clusters))
    source = f"{source_line(i, period, lang)} {credit(['cluster'], lang)}"
    return map_wording(
        title,
        sentence,
        source,
        [t(key, lang) for key in ("gaps_clusters_not", "not_conclude_area")],
        lang,
    )


def answer(i: Indicator, city: Area, lang: str) -> Answer:
    """The clusters of an indicator in a city, with their map."""
    by = {r["area"]: r for r in store.clusters(i.id)}
    level = store.area_levels().finest
    about = store.columns(level)
    inside = (about["municipality"] == city.code) & about["drawn"]
    marks = "".join(
        "M" if code not in by else CLUSTERS[by[code]["kind"]] if by[code]["apart"] else "4"
        for code in about["code"][inside]
    )
    labels = [t(f"gaps_cluster_{kind}", lang) for kind in (*CLUSTERS, "none")]
    colours = dict(zip("01234", scales.CLUSTER, strict=True))
    return Answer(
        ("clusters", i.id),
        partial(clusters_wording, i, city),
        lambda: [{**r, "status": "estimated"} for r in store.clusters(i.id)],
        [*store.sources_of([i.id]), "cluster"],
        map=MarkedMap(level, city.code, marks, colours, labels, t("gaps_cluster_head", lang)),
    )
