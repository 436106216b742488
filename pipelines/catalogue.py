"""What we measure, read from `data/catalogue/*.toml` and checked to the last key.

`taxonomy.toml` holds the terms (domains, levels, learning forms, facets, units, place kinds); every
other file is one theme with its indicators. What an entry may hold is in `entries.py`. The
catalogue holds facts only: no formulas, no templates. Legend, tooltip, download header, checks and
documentation all derive from it. What will surprise you: an indicator's `column` is the publisher's
own *title* of a column (a path of titles joined with ` > ` where a title is not unique), because
column names change within one table; of RIVM, whose titles are not known, the column's name without
its number.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from pipelines import PipelineError
from pipelines.entries import (
    AreaLevel,
    Audience,
    Completeness,
    Country,
    Entry,
    Indicator,
    Kind,
    Label,
    Need,
    OwnFile,
    OwnSource,
    ParticipationModel,
    PlacesFile,
    Supplier,
    Taxonomy,
    Term,
    Theme,
    ThemeFile,
    TieKind,
    Unit,
)

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "catalogue"
OWN = ROOT / "data" / "figures"
_E = TypeVar("_E", bound=Entry)


class CatalogueError(PipelineError):
    """The catalogue breaks one of its own rules; the text names file, entry and key."""


@dataclass(frozen=True)
class Catalogue:
    """The whole catalogue; every reference in it has been checked."""

    country: Country
    area_levels: dict[str, AreaLevel]
    terms: dict[str, dict[str, Term]]
    units: dict[str, Unit]
    kinds: dict[str, Kind]
    themes: dict[str, Theme]
    indicators: dict[str, Indicator]
    peer_features: tuple[str, ...]
    sampled_themes: tuple[str, ...]
    participation_model: ParticipationModel
    completeness: dict[str, Completeness]
    needs: dict[str, Need]
    audiences: dict[str, dict[str, Audience]]
    ties: dict[str, TieKind]
    sectors: dict[str, Label]
    other_names: dict[str, tuple[str, ...]]
    own: dict[str, OwnSource]

    def of_source(self, source: str) -> list[Indicator]:
        """The indicators a source provides."""
        return [i for i in self.indicators.values() if i.source == source]

    def sources_of(self, indicators: Iterable[str]) -> set[str]:
        """The sources of some indicators."""
        return {self.indicators[name].source for name in indicators}

    @property
    def finest(self) -> str:
        """The level of the smallest areas: the levels stand from coarse to fine."""
        return [*self.area_levels][-1]

    def level_of(self, code: str) -> str | None:
        """The level of an area, of any year, by its code; None for what is no code of an area."""
        levels = self.area_levels.items()
        return next((name for name, level in levels if level.code.fullmatch(code)), None)


SCHEMES = (
    "domain",
    "level",
    "learning_form",
    "facet",
)  # where a kind of place and an indicator have their seat
TERMS = (*SCHEMES, "method")
AUDIENCES = ("age", "interest")


def source_names() -> list[str]:
    """Every source there is: the files in `pipelines/sources`."""
    return _files("sources")


def measure_names() -> list[str]:
    """Everything that we compute ourselves: the files in `pipelines/measures`."""
    return _files("measures")


def own_source(file: Path) -> str:
    """The id of the source that a file of `data/figures/` is."""
    return f"own_{file.stem}"


def _files(kind: str) -> list[str]:
    folder = Path(__file__).parent / kind
    return sorted(p.stem for p in folder.glob("*.py") if p.stem != "__init__")


def supplier(file: Path) -> Supplier:
    """Who made a list of `data/places/`. Raises CatalogueError naming file and key."""
    return _checked(PlacesFile, _read(file), file, {}).source


def load(folder: Path = FOLDER, sources: Iterable[str] | None = None, own: Path = OWN) -> Catalogue:
    """Read and check the catalogue in `folder`, and what the files in `own` say of the figures
    beside them.

    Raises CatalogueError naming file, entry and key: invalid TOML, an unknown or missing key, a
    missing translation, an unknown unit, source or taxonomy term, an indicator that two files
    define.
    """
    taxonomy_file = folder / "taxonomy.toml"
    taxonomy = _read(taxonomy_file)
    themes = {f: _read(f) for f in sorted(folder.glob("*.toml")) if f != taxonomy_file}
    owned = {f: _read(f) for f in sorted(own.glob("*.toml"))}
    defined: dict[str, Path] = {}
    for file, raw in themes.items():
        _follow(file, raw, defined, theme=file.stem)
    for file, raw in owned.items():
        _follow(file, raw, defined, source=own_source(file), column="value")
    if not defined:
        raise CatalogueError(f"{folder.name}: no indicators found")
    names = {scheme: set(_table(found)) for scheme, found in taxonomy.items()} | {
        "indicator": set(defined),
        "theme": {file.stem for file in themes},
        "source": {
            *(sources if sources is not None else source_names()),
            *measure_names(),
            *map(own_source, owned),
        },
    }
    checked = _checked(Taxonomy, taxonomy, taxonomy_file, names)
    of_theme = {f.stem: _checked(ThemeFile, raw, f, names) for f, raw in themes.items()}
    of_own = {own_source(f): _checked(OwnFile, raw, f, names) for f, raw in owned.items()}
    return Catalogue(
        country=checked.country,
        area_levels=checked.area_level,
        terms={scheme: getattr(checked, scheme) for scheme in TERMS},
        units=checked.unit,
        kinds=checked.kind,
        themes={name: file.theme for name, file in of_theme.items()},
        indicators={name: i for file in of_theme.values() for name, i in file.indicator.items()}
        | {name: i for file in of_own.values() for name, i in file.indicator.items()},
        peer_features=checked.peers.features,
        sampled_themes=checked.sampled.themes,
        participation_model=checked.participation_model,
        completeness=checked.completeness,
        needs=checked.need,
        audiences={scheme: getattr(checked, scheme) for scheme in AUDIENCES},
        ties=checked.tie,
        sectors=checked.sector,
        other_names=checked.other_names,
        own={name: file.source for name, file in of_own.items()},
    )


def _follow(file: Path, raw: Mapping[str, Any], defined: dict[str, Path], **follows: str) -> None:
    """Give each indicator of a file what follows from where it stands; note in `defined` where."""
    for name, given in _table(raw.get("indicator")).items():
        if name in defined:
            raise CatalogueError(f"{file.name}: indicator.{name} is in {defined[name].name} too")
        defined[name] = file
        for key in ("id", *follows):
            if key in _table(given):
                raise CatalogueError(
                    f"{file.name}: indicator.{name}.{key}: follows from the entry, leave it out"
                )
        _table(given).update({"id": name, **follows})


def _table(found: Any) -> dict[str, Any]:
    """A table of TOML, or an empty one for what is none: the model says so, with the file."""
    return found if isinstance(found, dict) else {}


def _checked(model: type[_E], raw: Mapping[str, Any], file: Path, names: Mapping[str, Any]) -> _E:
    """A file as its model. Raises CatalogueError with the first thing that is wrong."""
    try:
        return model.model_validate(raw, context=names)
    except ValidationError as e:
        first = e.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "[key]")
        problem = {"extra_forbidden": "unknown key", "missing": "missing"}.get(
            first["type"], first["msg"].removeprefix("Value error, ")
        )
        raise CatalogueError(f"{file.name}: {where}: {problem} (found {first['input']!r})") from e


def readable(catalogue: Catalogue) -> str:
    """The catalogue as Markdown, for `data/catalogue/README.md`: written by `python -m pipelines
    catalogue`.
    """
    out = [
        "# Catalogue",
        "",
        "What Cultuuratlas measures. Written from the TOML files by `make catalogue`; do not edit.",
        "",
    ]
    for theme_id, theme in sorted(catalogue.themes.items(), key=lambda t: t[1].order):
        out += [f"## {theme.label_en} ({theme.label_nl})", ""]
        out += [
            "| id | indicator | unit | status | levels | source | domain · level · form · facet |"
        ]
        out += ["|---|---|---|---|---|---|---|"]
        for i in catalogue.indicators.values():
            if i.theme == theme_id:
                seat = " · ".join((i.domain, i.level, i.learning_form or "-", i.facet or "-"))
                out.append(
                    f"| `{i.id}` | {i.label_en}<br>{i.label_nl} | {catalogue.units[i.unit].label_en} | {i.status} "
                    f"| {', '.join(i.levels)} | `{i.source}` | {seat} |"
                )
        out.append("")
    out += [
        "## Place kinds",
        "",
        "| kind | label | domain · level · form · facet | OpenStreetMap |",
        "|---|---|---|---|",
    ]
    for name, k in catalogue.kinds.items():
        osm = ", ".join(f"`{tag}`" for tag in k.osm) or "-"
        seat = " · ".join((k.domain, k.level, k.learning_form, k.facet))
        out.append(f"| `{name}` | {k.label_en}<br>{k.label_nl} | {seat} | {osm} |")
    out += [
        "",
        "## Which kinds of place are for whom",
        "",
        "What My path chooses from: a kind counts where it stands with both the interest and the age.",
        "",
        "| kind | interests | ages |",
        "|---|---|---|",
    ]
    for name, k in catalogue.kinds.items():
        interests, ages = (
            ", ".join(label.label_en for label in terms.values() if name in label.kinds)
            for terms in (catalogue.audiences["interest"], catalogue.audiences["age"])
        )
        if interests or ages:
            out.append(f"| {k.label_en} | {interests or '-'} | {ages or '-'} |")
    for scheme in SCHEMES:
        out += [
            "",
            f"## {scheme.replace('_', ' ').capitalize()}",
            "",
            "| id | term | what it is |",
            "|---|---|---|",
        ]
        out += [
            f"| `{name}` | {t.label_en} ({t.label_nl}) | {t.description_en} |"
            for name, t in catalogue.terms[scheme].items()
        ]
    out += ["", "## Need", "", "What the page Gaps begins with; a reader chooses otherwise.", ""]
    out += [
        "| id | group | why | figures | distance | least residents |",
        "|---|---|---|---|---|---|",
    ]
    out += [
        f"| `{name}` | {n.label_en} ({n.label_nl}) | {n.description_en} | {', '.join(f'`{i}`' for i in n.indicators)} "
        f"| `{n.distance}` | {n.least} |"
        for name, n in catalogue.needs.items()
    ]
    return "\n".join(out) + "\n"


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as e:
        raise CatalogueError(f"{file.name}: not found in {file.parent.name}") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise CatalogueError(f"{file.name}: not valid TOML: {e}") from e
