"""A learning path as a grid and in words."""

from __future__ import annotations

from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer import paths
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.paths import FORMS, Path
from dashboard.answer.view import name
from dashboard.picture.grid import Box, grid
from dashboard.store import Area
from dashboard.words.numbers import about, credit, titled
from dashboard.words.text import t

MODES = ("walk", "bike")


LOOK = {paths.NEAR: "full", paths.ABOUT: "striped", paths.FAR: "open", paths.UNKNOWN: "unknown"}


CAUTIONS = ("not_conclude_access", "not_conclude_area")


def by_mode(mode: str, lang: str) -> str:
    """On foot or by bicycle."""
    return t(f"ties_{mode}", lang).capitalize()


def path_sources(path: Path) -> list[str]:
    """The sources of what is known."""
    return sorted({c.source for c in path.known})


def path_wording(path: Path, area: Area, lang: str) -> Wording:
    """A path, in words."""
    by = t(f"ties_{path.mode}", lang)
    title = t(
        "ties_path_head",
        lang,
        name=name(area, lang, alone=True),
        age=store.term("age", path.age, lang),
        mode=by,
    )
    title = titled(title, {c.status for c in path.known}, lang)
    sentence = paths.sentence(path, by, lang)
    periods = sorted({c.period for c in path.known})
    source = f"{credit(path_sources(path), lang)} {t('ties_path_period', lang, periods=', '.join(periods))}"
    return Wording(
        title, sentence, source, tuple(t(c, lang) for c in CAUTIONS), f"{title}. {sentence}"
    )


def path_diagram(path: Path, lang: str, phone: bool, dark: bool) -> str:
    """Domains by forms of learning as SVG: what is near, far or not known."""
    by = {(c.domain, c.form): c for c in path.cells}
    domains = [d for d in store.scheme("domain") if any(c.domain == d for c in path.cells)]
    boxes = [[_box(by.get((d, f)), lang) for f in FORMS] for d in domains]
    rows = [store.term("domain", d, lang) for d in domains]
    return grid(rows, [store.term("learning_form", f, lang) for f in FORMS], boxes, phone, dark)


def _box(cell: paths.Cell | None, lang: str) -> Box:
    if cell is None:
        return Box("none")
    if cell.minutes is None:
        return Box("unknown", "", t("ties_state_unknown", lang))
    return Box(LOOK[cell.state], about(cell.minutes, lang), store.term("kind", cell.kind, lang))


def cell_row(cell: paths.Cell, lang: str) -> dict[str, str]:
    """A cell as a row of a table."""
    known = cell.minutes is not None
    return {
        t("csv_domain", lang): store.term("domain", cell.domain, lang),
        t("ties_column_form", lang): store.term("learning_form", cell.form, lang),
        t("ties_column_state", lang): t(f"ties_state_{cell.state}", lang),
        t("ties_column_nearest", lang): store.term("kind", cell.kind, lang) if known else "–",
        t("ties_column_minutes", lang): about(cell.minutes, lang)
        if cell.minutes is not None
        else "–",
        t("column_status", lang): t(f"status_{cell.status}", lang),
        t("column_publisher", lang): store.sources()[cell.source]["publisher"] if known else "–",
        t("column_period", lang): cell.period or "–",
    }


def answer(path: Path, area: Area, lang: str) -> Answer:
    """The cells of a path of an area."""

    def rows() -> list[dict[str, Any]]:
        return [
            {"area": area.code, "name": area.name, "age": path.age, "mode": path.mode}
            | {"domain": c.domain, "learning_form": c.form, "state": c.state, "kind": c.kind}
            | {
                n: v and round(v, 1)
                for n, v in (("minutes", c.minutes), ("low", c.low), ("high", c.high))
            }
            | {"status": c.status, "period": c.period, "source": c.source}
            for c in path.cells
        ]

    return Answer(
        ("path", path.age, path.mode, area.code),
        partial(path_wording, path, area),
        rows,
        path_sources(path),
        ("area", "age", "mode", "domain", "learning_form"),
        diagram=partial(path_diagram, path, lang, False, False),
    )
