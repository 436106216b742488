"""The entries of the catalogue: their keys, and what each may refer to.

A reference is checked where it is declared: the names there are come as the context of validation,
per scheme.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)


def one_of(scheme: str) -> AfterValidator:
    """A name that must be one of a scheme's: the names there are come as the context of validation."""

    def known(name: str, info: ValidationInfo) -> str:
        if name and name not in (info.context or {}).get(scheme, ()):
            raise ValueError(f"unknown {scheme.replace('_', ' ')}")
        return name

    return AfterValidator(known)


Domain = Annotated[str, one_of("domain")]
Level = Annotated[str, one_of("level")]
LearningForm = Annotated[str, one_of("learning_form")]
Facet = Annotated[str, one_of("facet")]
UnitName = Annotated[str, one_of("unit")]
KindName = Annotated[str, one_of("kind")]
SourceName = Annotated[str, one_of("source")]
IndicatorName = Annotated[str, one_of("indicator")]
AreaLevelName = Annotated[str, one_of("area_level")]


class Entry(BaseModel):
    """An entry of the catalogue: no key more than these, and no text that is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)


class Term(Entry):
    """One word of the taxonomy, in both languages."""

    label_nl: str
    label_en: str
    description_nl: str
    description_en: str


class Unit(Entry):
    """A unit: its text after a number (singular is enough for symbols) and the factor to a share of
    one resident.
    """

    label_nl: str
    label_en: str
    per_resident: float = Field(
        default=1, description="multiplier when an amount is divided by residents"
    )


class Kind(Entry):
    """A kind of place, its seat in the taxonomy, and how OpenStreetMap and Wikidata call it."""

    label_nl: str
    label_en: str
    domain: Domain
    level: Level
    learning_form: LearningForm
    facet: Facet
    osm: tuple[str, ...] = ()
    wikidata: tuple[str, ...] = ()
    total: int | None = Field(
        default=None, gt=0, description="in the whole country, as an official count has it"
    )
    total_source: str = Field(default="", min_length=0, description="who counted, and when")
    distance: IndicatorName = Field(
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


class Peers(Entry):
    """What makes areas alike: indicators of who lives there."""

    features: tuple[IndicatorName, ...] = Field(min_length=2)


class Sampled(Entry):
    """Themes of which a measured figure is a sample of residents, and no count."""

    themes: tuple[Annotated[str, one_of("theme")], ...]


class Completeness(Entry):
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


class Need(Entry):
    """What a group of residents may need more of: figures of which more is worse, and the share
    that the group is.
    """

    label_nl: str
    label_en: str
    description_nl: str
    description_en: str
    indicators: tuple[IndicatorName, ...] = Field(min_length=1, max_length=4)
    residents: IndicatorName = Field(
        default="", min_length=0, description="indicator of the group's share; blank for everyone"
    )
    distance: IndicatorName = Field(
        description="indicator of how far a place of culture is; it counts where it is known"
    )
    least: int = Field(
        ge=0, description="residents of the group that an area must have, to begin with"
    )


class Audience(Entry):
    """An age group, or an interest: which kinds of place are for it."""

    label_nl: str
    label_en: str
    description_nl: str = Field(default="", min_length=0)
    description_en: str = Field(default="", min_length=0)
    kinds: tuple[KindName, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _both(self) -> Audience:
        if bool(self.description_nl) != bool(self.description_en):
            raise ValueError("description is given in one language only")
        return self


class TieKind(Entry):
    """A kind of tie between two actors or places: what proves it, and what its weight counts."""

    label_nl: str
    label_en: str
    description_nl: str
    description_en: str
    proof: Literal["known", "shared_site"]
    unit: UnitName = Field(default="", min_length=0)


class Label(Entry):
    """A name in both languages."""

    label_nl: str
    label_en: str


class AreaLevel(Label):
    """A level of areas: what one and several of them are called, and the codes that its areas have.

    The first group of `code` is the municipality's part, of an area that lies in one.
    """

    plural_nl: str
    plural_en: str
    code: re.Pattern[str]


class Country(Label):
    """The country: its name within a sentence, and the EPSG code of its coordinates in metres."""

    projection: int


class ParticipationModel(Entry):
    """What the participation model learns from, and the bar that an indicator must pass to be
    published.
    """

    predictors: tuple[IndicatorName, ...] = Field(min_length=1)
    level: float = Field(gt=0.5, lt=1, description="nominal coverage of the intervals")
    least_r2: float = Field(gt=0, le=1)
    coverage: tuple[float, float]
    transport: tuple[IndicatorName, ...] = Field(
        min_length=1, description="known everywhere: test it where it was not made"
    )


class Theme(Entry):
    """A file of indicators."""

    order: int
    headline: int = Field(
        default=0, ge=0, description="order in which what stands out is told; 0 is never"
    )
    label_nl: str
    label_en: str


class Indicator(Entry):
    """One thing we measure. `range` bounds what is possible; `minimum` is the fewest residents to
    give it of.
    """

    id: str
    theme: Annotated[str, one_of("theme")]
    source: SourceName
    column: str
    label_nl: str
    label_en: str
    description_nl: str
    description_en: str
    caveat_nl: str = Field(default="", min_length=0)
    caveat_en: str = Field(default="", min_length=0)
    unit: UnitName
    decimals: int = Field(ge=0, le=3)
    levels: tuple[AreaLevelName, ...] = Field(min_length=1)
    parts: Literal["", "sum", "residents", "ratio", "adults", "children", "older"] = Field(
        default="", description="how a figure of a province follows from those of its parts"
    )
    range: tuple[float, float]
    minimum: int = Field(default=0, ge=0)
    denominator: Literal["", "population"] = Field(default="")
    rounded_to: int = Field(
        default=0, ge=0, description="multiple that counts below municipalities are rounded to"
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
    domain: Domain
    level: Level
    learning_form: LearningForm | None = None
    facet: Facet | None = None

    @model_validator(mode="after")
    def _possible(self, info: ValidationInfo) -> Indicator:
        if self.source == "participation" and self.column not in (info.context or {}).get(
            "indicator", ()
        ):
            raise ValueError(f"column: unknown indicator {self.column!r}")
        if self.range[0] >= self.range[1]:
            raise ValueError(f"range {list(self.range)} is empty")
        if list(self.breaks) != sorted(set(self.breaks)):
            raise ValueError(f"breaks {list(self.breaks)} do not rise")
        if self.breaks and self.reference is not None:
            raise ValueError("breaks and reference exclude each other")
        if bool(self.caveat_nl) != bool(self.caveat_en):
            raise ValueError("caveat is given in one language only")
        return self


class Supplier(Entry):
    """Who made a file of one's own."""

    title: str
    publisher: str
    licence: str
    attribution: str
    url: str = Field(default="", min_length=0)


class PlacesFile(Entry):
    """A file of `data/places/`: who made the list."""

    source: Supplier


class OwnSource(Supplier):
    """Who made a file of `data/figures/`; the codes of its areas are those of `area_year`."""

    area_year: int = Field(ge=2000)


class Taxonomy(Entry):
    """`taxonomy.toml`: the terms, and all that is not an indicator."""

    country: Country
    area_level: dict[str, AreaLevel] = Field(min_length=2)
    domain: dict[str, Term] = {}
    level: dict[str, Term] = {}
    learning_form: dict[str, Term] = {}
    facet: dict[str, Term] = {}
    method: dict[str, Term] = {}
    age: dict[str, Audience] = {}
    interest: dict[str, Audience] = {}
    tie: dict[str, TieKind] = {}
    sector: dict[str, Label] = {}
    unit: dict[str, Unit] = {}
    kind: dict[str, Kind] = {}
    peers: Peers
    sampled: Sampled
    participation_model: ParticipationModel
    completeness: dict[SourceName, Completeness] = {}
    need: dict[str, Need] = {}
    other_names: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = {}

    @model_validator(mode="after")
    def _codes_of_areas(self) -> Taxonomy:
        for code in self.other_names:
            if not any(level.code.fullmatch(code) for level in self.area_level.values()):
                raise ValueError(f"other_names: {code!r} is no code of an area")
        return self


class ThemeFile(Entry):
    """Any other file of the catalogue: a theme and its indicators."""

    theme: Theme
    indicator: dict[str, Indicator] = {}


class OwnFile(Entry):
    """A file of `data/figures/`: who made it, and the one indicator that it holds."""

    source: OwnSource
    indicator: Annotated[dict[str, Indicator], Field(min_length=1, max_length=1)]
