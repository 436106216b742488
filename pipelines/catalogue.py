"""What we measure, read from `data/catalogue/*.toml` and checked to the last key.

`taxonomy.toml` holds the terms (domains, levels, learning forms, facets, units, place kinds); every
other file is one theme with its indicators. The catalogue holds facts only: no formulas, no
templates. Legend, tooltip, download header, checks and documentation all derive from it. What will
surprise you: an indicator's `column` is the publisher's own *title* of a column (a path of titles
joined with ` > ` where a title is not unique), because column names change within one table; of
RIVM, whose titles are not known, the column's name without its number.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines import PipelineError

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "catalogue"
OWN = ROOT / "data" / "figures"
AREA_LEVELS = ("land", "gemeente", "wijk", "buurt")
AreaLevel = Literal["land", "gemeente", "wijk", "buurt"]


class CatalogueError(PipelineError):
    """The catalogue breaks one of its own rules; the text names file, entry and key."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)


_M = TypeVar("_M", bound=_Entry)


class Term(_Entry):
    """One word of the taxonomy, in both languages."""

    label_nl: str
    label_en: str
    description_nl: str
    description_en: str


class Unit(_Entry):
    """A unit: its text after a number (singular is enough for symbols) and the factor to a share of
    one resident.
    """

    label_nl: str
    label_en: str
    per_resident: float = Field(
        default=1, description="multiplier when an amount is divided by residents"
    )


class Kind(_Entry):
    """A kind of place, its seat in the taxonomy, and how OpenStreetMap and Wikidata call it."""

    label_nl: str
    label_en: str
    domain: str
    level: str
    learning_form: str
    facet: str
    osm: tuple[str, ...] = ()
    wikidata: tuple[str, ...] = ()
    total: int | None = Field(
        default=None, gt=0, description="in the whole country, as an official count has it"
    )
    total_source: str = Field(default="", min_length=0, description="who counted, and when")
    distance: str = Field(
        default="",
        min_length=0,
        description="indicator of the published distance to the nearest of just this kind",
    )
    counted: bool = Field(
        default=True, description="false where another source lists the same places in full"
    )

    @model_validator(mode="after")
    def _counted_by_someone(self) -> Kind:
        if bool(self.total) != bool(self.total_source):
            raise ValueError("total and total_source go together")
        return self


class Peers(_Entry):
    """What makes areas alike: indicators of who lives there."""

    features: tuple[str, ...] = Field(min_length=2)


class Completeness(_Entry):
    """From how many places per 10,000 residents a source is taken to cover a municipality, and what
    it lacks.
    """

    least_per_10000: float | None = Field(
        default=None, gt=0, description="of a register; blank for what is none"
    )
    label_nl: str
    label_en: str
    description_nl: str
    description_en: str


class Need(_Entry):
    """What a group of residents may need more of: figures of which more is worse, and the share
    that the group is.
    """

    label_nl: str
    label_en: str
    description_nl: str
    description_en: str
    indicators: tuple[str, ...] = Field(min_length=1, max_length=4)
    residents: str = Field(
        default="", min_length=0, description="indicator of the group's share; blank for everyone"
    )
    distance: str = Field(
        description="indicator of how far a place of culture is; it counts where it is known"
    )
    least: int = Field(
        ge=0, description="residents of the group that an area must have, to begin with"
    )


class Audience(_Entry):
    """An age group, or an interest: which kinds of place are for it."""

    label_nl: str
    label_en: str
    description_nl: str = Field(default="", min_length=0)
    description_en: str = Field(default="", min_length=0)
    kinds: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _both(self) -> Audience:
        if bool(self.description_nl) != bool(self.description_en):
            raise ValueError("description is given in one language only")
        return self


class TieKind(_Entry):
    """A kind of tie between two actors or places: what proves it, and what its weight counts."""

    label_nl: str
    label_en: str
    description_nl: str
    description_en: str
    proof: Literal["known", "shared_site"]
    unit: str = Field(default="", min_length=0)


class Sector(_Entry):
    """A sector that culture coaches join, in both languages."""

    label_nl: str
    label_en: str


class ParticipationModel(_Entry):
    """What the participation model learns from, and the bar that an indicator must pass to be
    published.
    """

    predictors: tuple[str, ...] = Field(min_length=1)
    level: float = Field(gt=0.5, lt=1, description="nominal coverage of the intervals")
    least_r2: float = Field(gt=0, le=1)
    coverage: tuple[float, float]
    transport: tuple[str, ...] = Field(
        min_length=1, description="known everywhere: test it where it was not made"
    )


class Theme(_Entry):
    """A file of indicators."""

    order: int
    headline: int = Field(
        default=0, ge=0, description="order in which what stands out is told; 0 is never"
    )
    label_nl: str
    label_en: str


class Indicator(_Entry):
    """One thing we measure. `range` bounds what is possible; `minimum` is the fewest residents to
    give it of.
    """

    id: str
    theme: str
    source: str
    column: str
    label_nl: str
    label_en: str
    description_nl: str
    description_en: str
    caveat_nl: str = Field(default="", min_length=0)
    caveat_en: str = Field(default="", min_length=0)
    unit: str
    decimals: int = Field(ge=0, le=3)
    levels: tuple[AreaLevel, ...] = Field(min_length=1)
    range: tuple[float, float]
    minimum: int = Field(default=0, ge=0)
    denominator: Literal["", "population"] = Field(default="")
    rounded_to: int = Field(
        default=0, ge=0, description="multiple that counts of wijken and buurten are rounded to"
    )
    status: Literal["measured", "estimated"] = "measured"
    breaks: tuple[float, ...] = Field(
        default=(), max_length=5, description="fixed bounds of the colour classes"
    )
    reference: float | None = Field(
        default=None, description="colour classes diverge around this value"
    )
    headline: bool = Field(
        default=True, description="false where it is not about culture, in a theme that is"
    )
    domain: str
    level: str
    learning_form: str | None = None
    facet: str | None = None

    @model_validator(mode="after")
    def _possible(self) -> Indicator:
        if self.range[0] >= self.range[1]:
            raise ValueError(f"range {list(self.range)} is empty")
        if list(self.breaks) != sorted(set(self.breaks)):
            raise ValueError(f"breaks {list(self.breaks)} do not rise")
        if self.breaks and self.reference is not None:
            raise ValueError("breaks and reference exclude each other")
        if bool(self.caveat_nl) != bool(self.caveat_en):
            raise ValueError("caveat is given in one language only")
        return self


class OwnSource(_Entry):
    """Who made a file of `data/figures/`; the codes of its areas are those of `area_year`."""

    title: str
    publisher: str
    licence: str
    attribution: str
    url: str = Field(default="", min_length=0)
    area_year: int = Field(ge=2000)


@dataclass(frozen=True)
class Catalogue:
    """The whole catalogue; every reference in it has been checked."""

    terms: dict[str, dict[str, Term]]
    units: dict[str, Unit]
    kinds: dict[str, Kind]
    themes: dict[str, Theme]
    indicators: dict[str, Indicator]
    peer_features: tuple[str, ...]
    participation_model: ParticipationModel
    completeness: dict[str, Completeness]
    needs: dict[str, Need]
    audiences: dict[str, dict[str, Audience]]
    ties: dict[str, TieKind]
    sectors: dict[str, Sector]
    other_names: dict[str, tuple[str, ...]]
    own: dict[str, OwnSource]

    def of_source(self, source: str) -> list[Indicator]:
        """The indicators a source provides."""
        return [i for i in self.indicators.values() if i.source == source]


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


def load(folder: Path = FOLDER, sources: Iterable[str] | None = None, own: Path = OWN) -> Catalogue:
    """Read and check the catalogue in `folder`, and what the files in `own` say of the figures
    beside them.

    Raises CatalogueError naming file, entry and key: invalid TOML, an unknown or missing key, a
    missing translation, an unknown unit, source or taxonomy term, an indicator that two files
    define.
    """
    known_sources = {*(sources if sources is not None else source_names()), *measure_names()}
    taxonomy_file = folder / "taxonomy.toml"
    raw = _read(taxonomy_file)
    for scheme in raw:
        if scheme not in (
            *TERMS,
            *AUDIENCES,
            "tie",
            "sector",
            "unit",
            "kind",
            "peers",
            "participation_model",
            "completeness",
            "need",
            "other_names",
        ):
            raise CatalogueError(f"{taxonomy_file.name}: unknown table [{scheme}]")
    terms = {
        s: {k: _entry(Term, v, taxonomy_file, f"{s}.{k}") for k, v in raw.get(s, {}).items()}
        for s in TERMS
    }
    units = {k: _entry(Unit, v, taxonomy_file, f"unit.{k}") for k, v in raw.get("unit", {}).items()}
    kinds = {k: _entry(Kind, v, taxonomy_file, f"kind.{k}") for k, v in raw.get("kind", {}).items()}
    for name, kind in kinds.items():
        _check_terms(kind, terms, taxonomy_file, f"kind.{name}")

    peers = _entry(Peers, raw.get("peers", {}), taxonomy_file, "peers")
    model = _entry(
        ParticipationModel, raw.get("participation_model", {}), taxonomy_file, "participation_model"
    )
    completeness = {
        k: _entry(Completeness, v, taxonomy_file, f"completeness.{k}")
        for k, v in raw.get("completeness", {}).items()
    }
    needs = {k: _entry(Need, v, taxonomy_file, f"need.{k}") for k, v in raw.get("need", {}).items()}
    audiences = {
        s: {k: _entry(Audience, v, taxonomy_file, f"{s}.{k}") for k, v in raw.get(s, {}).items()}
        for s in AUDIENCES
    }
    for scheme, name, of in (
        (s, n, k) for s, found in audiences.items() for n, a in found.items() for k in a.kinds
    ):
        if of not in kinds:
            raise CatalogueError(
                f"{taxonomy_file.name}: [{scheme}.{name}] kinds: unknown kind {of!r}"
            )
    ties = {k: _entry(TieKind, v, taxonomy_file, f"tie.{k}") for k, v in raw.get("tie", {}).items()}
    for name, tie in ties.items():
        if tie.unit and tie.unit not in units:
            raise CatalogueError(
                f"{taxonomy_file.name}: [tie.{name}] unit: unknown unit {tie.unit!r}"
            )
    sectors = {
        k: _entry(Sector, v, taxonomy_file, f"sector.{k}") for k, v in raw.get("sector", {}).items()
    }
    for name in completeness:
        if name not in known_sources:
            raise CatalogueError(
                f"{taxonomy_file.name}: [completeness.{name}]: unknown source {name!r}"
            )
    other_names = _other_names(raw.get("other_names", {}), taxonomy_file)

    themes: dict[str, Theme] = {}
    indicators: dict[str, Indicator] = {}

    def add(name: str, value: Any, file: Path, **follows: str) -> None:
        where = f"indicator.{name}"
        if name in indicators:
            raise CatalogueError(
                f"{file.name}: [{where}] is defined in {indicators[name].theme}.toml too"
            )
        given = value if isinstance(value, dict) else {"value": value}
        for key in ("id", *follows):
            if key in given:
                raise CatalogueError(
                    f"{file.name}: [{where}] {key}: follows from the entry, leave it out"
                )
        indicator = _entry(Indicator, {**given, "id": name, **follows}, file, where)
        _check_terms(indicator, terms, file, where)
        if indicator.unit not in units:
            raise CatalogueError(f"{file.name}: [{where}] unit: unknown unit {indicator.unit!r}")
        if indicator.source not in known_sources:
            raise CatalogueError(
                f"{file.name}: [{where}] source: unknown source {indicator.source!r}"
            )
        if indicator.theme not in themes:
            raise CatalogueError(f"{file.name}: [{where}] theme: unknown theme {indicator.theme!r}")
        indicators[name] = indicator

    for file in sorted(folder.glob("*.toml")):
        if file == taxonomy_file:
            continue
        raw = _read(file)
        unknown = set(raw) - {"theme", "indicator"}
        if unknown:
            raise CatalogueError(f"{file.name}: unknown table [{sorted(unknown)[0]}]")
        themes[file.stem] = _entry(Theme, raw.get("theme", {}), file, "theme")
        for name, value in raw.get("indicator", {}).items():
            add(name, value, file, theme=file.stem)
    owned: dict[str, OwnSource] = {}
    for file in sorted(own.glob("*.toml")):
        raw, source = _read(file), own_source(file)
        if set(raw) != {"source", "indicator"} or len(raw["indicator"]) != 1:
            raise CatalogueError(
                f"{file.name}: must hold [source] and one [indicator.<id>]; it has {sorted(raw)}"
            )
        known_sources.add(source)
        owned[source] = _entry(OwnSource, raw["source"], file, "source")
        for name, value in raw["indicator"].items():
            add(name, value, file, source=source, column="value")
    if not indicators:
        raise CatalogueError(f"{folder.name}: no indicators found")
    named = [
        ("peers] features", peers.features),
        ("participation_model] predictors", model.predictors),
    ]
    named += [("participation_model] transport", model.transport)]
    named += [(f"need.{who}] indicators", n.indicators) for who, n in needs.items()]
    named += [(f"need.{who}] distance", (n.distance,)) for who, n in needs.items()]
    named += [(f"need.{who}] residents", (n.residents,)) for who, n in needs.items() if n.residents]
    named += [
        (f"kind.{name}] distance", (kind.distance,))
        for name, kind in kinds.items()
        if kind.distance
    ]
    for where, names in named:
        for name in names:
            if name not in indicators:
                raise CatalogueError(f"{taxonomy_file.name}: [{where}: unknown indicator {name!r}")
    for i in indicators.values():
        if i.source == "participation" and i.column not in indicators:
            raise CatalogueError(
                f"{i.theme}.toml: [indicator.{i.id}] column: unknown indicator {i.column!r}"
            )
    return Catalogue(
        terms,
        units,
        kinds,
        themes,
        indicators,
        peers.features,
        model,
        completeness,
        needs,
        audiences,
        ties,
        sectors,
        other_names,
        owned,
    )


def _other_names(raw: dict[str, Any], file: Path) -> dict[str, tuple[str, ...]]:
    for code, names in raw.items():
        if not re.fullmatch(r"GM\d{4}", code):
            raise CatalogueError(
                f"{file.name}: [other_names] {code}: not the code of a municipality"
            )
        if (
            not isinstance(names, list)
            or not names
            or not all(isinstance(n, str) and n for n in names)
        ):
            raise CatalogueError(
                f"{file.name}: [other_names] {code}: {names!r} is not a list of names"
            )
    return {code: tuple(names) for code, names in raw.items()}


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


def _entry(model: type[_M], value: Any, file: Path, entry: str) -> _M:
    try:
        return model.model_validate(value)
    except ValidationError as e:
        first = e.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "entry"
        problem = {"extra_forbidden": "unknown key", "missing": "missing"}.get(
            first["type"], first["msg"]
        )
        raise CatalogueError(
            f"{file.name}: [{entry}] {key}: {problem} (found {first['input']!r})"
        ) from e


def _check_terms(
    entry: Kind | Indicator, terms: dict[str, dict[str, Term]], file: Path, where: str
) -> None:
    for scheme in SCHEMES:
        term = getattr(entry, scheme)
        if term is not None and term not in terms[scheme]:
            raise CatalogueError(f"{file.name}: [{where}] {scheme}: unknown term {term!r}")
