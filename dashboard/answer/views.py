"""Every view that has an address of its own: from its name and parameters to its answer.

The parameters are those of the page that shows it, under the same names, and each may be left out.
A view is an entry of `VIEWS`; its downloads, its address and what it refuses follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from dashboard import store
from dashboard.answer import (
    among,
    begin,
    beside,
    best_places,
    best_places_words,
    bridges,
    clusters,
    conditions,
    counted,
    does,
    ecosystem,
    enough,
    finder,
    finder_words,
    functions,
    grants,
    groups,
    hardest,
    here,
    listed,
    money,
    nation,
    need,
    network,
    partner,
    path_words,
    paths,
    profile,
    pupils,
    side_by_side,
    slope,
    step_free,
    trend,
    unmeasured,
    what_if,
    what_if_words,
)
from dashboard.answer.answer import Answer
from dashboard.answer.gaps import compared_levels
from dashboard.answer.need import Pair
from dashboard.answer.view import View, first_level, scope
from dashboard.store import Area, Indicator

FIRST = money.INDICATOR


@dataclass
class Unknown(Exception):
    """A value that a parameter cannot have; `offered` are those that it can, as far as they can be
    listed.
    """

    name: str
    value: str
    offered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What an address asks: values by parameter, and a language."""

    given: Mapping[str, str]
    lang: str

    def one(self, name: str, offered: Collection[str], first: str | None = None) -> str:
        """The value of a parameter: `first`, or the first offered, where none is given. Raises
        Unknown.
        """
        value = self.given.get(name, next(iter(offered), "") if first is None else first)
        if value not in offered:
            raise Unknown(name, value, tuple(offered))
        return value

    @property
    def area(self) -> Area:
        """The area. Raises Unknown."""
        code = self.given.get("area", store.country())
        if not (area := store.area(code)):
            raise Unknown("area", code)
        return area

    @property
    def indicator(self) -> Indicator:
        """The indicator, of those with figures. Raises Unknown."""
        known = {n: i for n, i in store.indicators().items() if store.levels(n)}
        return known[self.one("indicator", known, FIRST if FIRST in known else None)]

    @property
    def view(self) -> View:
        """The figures of an indicator on a map, or of the country only. Raises Unknown."""
        i, area = self.indicator, self.area
        levels = store.offered(i.id, area) or store.levels(i.id)
        level = self.one("level", levels, first_level(area, levels))
        period = self.one("period", store.periods(i.id, level))
        return View(self.lang, i, period, level, area)


Made = Callable[[Request], Answer | View | None]


@dataclass(frozen=True)
class Addressed:
    """A view: what makes it, its parameters, and the page that shows it with what is asked there.

    It makes None where there are no figures to show.
    """

    make: Made
    parameters: tuple[str, ...] = ()
    page: str = "reach"
    asked: Mapping[str, str] = field(default_factory=lambda: {"ask": "charts"})


def _money(r: Request) -> Answer | None:
    return money.national(r.lang) if r.area.is_country else money.answer(r.area, r.lang)


def _explored(r: Request) -> Answer | View:
    view = r.view
    return trend.answer(view) if view.level == store.area_levels().country else view


def _trend(r: Request) -> Answer | None:
    level = store.area_levels().country
    national = [n for n in store.indicators() if level in store.levels(n)]
    country = store.area(store.country())
    if not country or not national:
        return None
    i = store.indicators()[r.one("indicator", national)]
    return trend.answer(View(r.lang, i, store.periods(i.id, level)[0], level, country))


def _beside(r: Request) -> Answer | None:
    offered = beside.offered()
    figure = r.one("indicator", offered, beside.FIRST if beside.FIRST in offered else None)
    others = beside.others(figure)
    against = r.one("against", others, beside.AGAINST if beside.AGAINST in others else None)
    levels = beside.levels(figure, against, r.area)
    level = r.one("level", levels, levels[-1] if r.area.municipality else None)
    every = store.indicators()
    return beside.answer(beside.Both(every[figure], every[against], level, r.area), r.lang)


def _need(r: Request) -> Answer:
    who = r.one("who", [*store.needs()])
    chosen = r.one("need", store.needs()[who])
    level = r.one("level", *compared_levels(r.area, chosen))
    distance = str(store.groups()[who]["distance"])
    return need.answer(Pair(chosen, distance, level, scope(r.area, level).code), r.lang)


def _finder(r: Request) -> Answer | None:
    who = r.one("who", [*store.needs()])
    level = r.one("level", *compared_levels(r.area, store.needs()[who][0]))
    least = r.one("least", finder.LEAST, str(store.groups()[who]["least"]))
    asked = finder.Asked(who, level, scope(r.area, level).code, int(least))
    weights = r.one("w", finder.Weights(asked.names), finder.Weights(asked.names).equal)
    if not asked.chosen.any():
        return None
    return finder_words.answer(asked, tuple(map(int, weights.split("."))), r.lang)


def _side_by_side(r: Request) -> Answer:
    offered = [*side_by_side.figures(side_by_side.areas(r.area)[0])]
    return side_by_side.answer(r.area, r.one("indicator", offered), r.lang)


def _conditions(r: Request) -> Answer:
    chosen = conditions.read(r.one("if", conditions.Known(), conditions.usual()))
    level = r.one("level", *compared_levels(r.area, chosen[0].indicator))
    return conditions.answer(chosen, level, scope(r.area, level).code, r.lang)


def _begin(r: Request) -> Answer | None:
    if r.area.is_country:
        return None
    who = r.one("who", [*store.needs()])
    return begin.answer(r.area, who, r.one("domain", store.scheme("domain"), begin.OWN), r.lang)


def _clusters(r: Request) -> Answer | None:
    clustered = [n for n in store.indicators() if store.clusters(n)]
    chosen = r.one("cluster", clustered)
    city = next((m for m in store.municipalities(chosen) if m.code == r.area.municipality), None)
    return clusters.answer(store.indicators()[chosen], city, r.lang) if city else None


def _bridges(r: Request) -> Answer | None:
    if r.area.is_country or not store.kinds_within(r.area.code):
        return None
    return bridges.answer(r.area, r.lang)[0]


def _path(r: Request) -> Answer | None:
    age = r.one("age", [*store.audiences("age")])
    path = paths.path(r.area.code, age, r.one("mode", path_words.MODES))
    return path_words.answer(path, r.area, r.lang) if path.known else None


def _partners(r: Request) -> Answer | None:
    named = store.named_places(r.area.code) if not r.area.is_country else {}
    if not named:
        return None
    place = r.one("actor", named)
    suggested = partner.suggestions(place, store.ties(r.area.whole or ""))
    return partner.answer(place, named[place], suggested, r.lang) if suggested else None


def _ties(r: Request) -> Answer | None:
    by = network.kinds_of(r.area)
    if not by:
        return None
    kind = r.one("tie", by)
    year = r.one("year", ["", *network.years(by[kind])])
    of_kind = network.in_year(by[kind], year)
    return network.answer(of_kind, kind, r.one("actor", [*of_kind.graph]), r.area, r.lang, year)


def _step_free(r: Request) -> Answer | None:
    town = store.area(r.area.municipality or "")
    return step_free.answer(town, r.lang) if town else None


def _grants(r: Request) -> Answer | None:
    ties = grants.grants(r.area)
    return grants.answer(r.area, r.one("year", ["", *(x["period"] for x in ties)]), r.lang)


def _pupils(r: Request) -> Answer | None:
    flows = store.pupils(r.area.code) if not r.area.is_country else []
    return pupils.answer(r.area, flows) if flows else None


def _scenario(r: Request) -> what_if.Scenario | None:
    """The scenario without places that an address asks; None where nothing can be computed."""
    town = r.area.municipality
    if not town or not (known := what_if.kinds(town)):
        return None
    kind = r.one("kind", known)
    who = r.one("who", [*store.groups()], what_if.usual_group(kind))
    mode, minutes = r.one("mode", path_words.MODES), r.one("limit", what_if.LIMITS, what_if.USUAL)
    return what_if.Scenario(town, kind, who, mode, int(minutes))


def _what_if(r: Request) -> Answer | None:
    if not (plain := _scenario(r)):
        return None
    opened, closed = (r.given.get(name, "") for name in ("open", "close"))
    tried, wrong = what_if.asked(plain, opened, closed)
    if wrong:
        raise Unknown("open" if wrong[0][1] in opened else "close", wrong[0][1])
    return what_if_words.answer(what_if.outcome(tried), r.lang)


def _best_places(r: Request) -> Answer | None:
    if not (base := _scenario(r)):
        return None
    aim, among = r.one("aim", best_places.AIMS), r.one("among", best_places.AMONG)
    many = r.one("many", best_places.NUMBERS, best_places.USUAL)
    best = best_places.quick(best_places.Search(base, aim, among, int(many)))
    return best_places_words.answer(best, r.lang) if best.spots else None


AREA, ASK = ("area",), "ask"
TRIED = (*AREA, "kind", "who", "mode", "limit")
VIEWS: dict[str, Addressed] = {
    "explore": Addressed(_explored, ("area", "indicator", "level", "period"), "explore", {}),
    "trend": Addressed(_trend, ("indicator",), "explore", {}),
    "slope": Addressed(
        lambda r: slope.answer(r.view), ("area", "indicator", "level"), "explore", {}
    ),
    "among": Addressed(
        lambda r: among.answer(r.indicator, r.area, r.lang), ("area", "indicator"), "explore", {}
    ),
    "beside": Addressed(
        _beside, ("area", "indicator", "against", "level"), "explore", {ASK: "beside"}
    ),
    "profile": Addressed(lambda r: profile.answer(r.area), AREA, "profile", {}),
    "hardest": Addressed(lambda r: hardest.answer(r.area, r.lang), AREA, "profile", {}),
    "does": Addressed(lambda r: does.answer(r.area, r.lang), AREA, "profile", {}),
    "functions": Addressed(lambda r: functions.answer(r.area, r.lang), AREA, "profile", {}),
    "here": Addressed(lambda r: here.answer(r.area, r.lang), AREA, "profile", {}),
    "money": Addressed(_money, AREA, "profile", {}),
    "counted": Addressed(lambda r: counted.answer(r.area, r.lang), AREA, "reach", {ASK: "changed"}),
    "enough": Addressed(lambda r: enough.answer(r.area, r.lang), AREA, "reach", {ASK: "barriers"}),
    "step_free": Addressed(_step_free, AREA, "reach", {ASK: "barriers"}),
    "side_by_side": Addressed(_side_by_side, ("area", "indicator"), "reach", {ASK: "side_by_side"}),
    "nation": Addressed(lambda r: nation.answer(r.lang)),
    "groups": Addressed(lambda r: groups.answer(r.lang)),
    "listed": Addressed(lambda r: listed.answer(r.lang)),
    "unmeasured": Addressed(lambda r: unmeasured.answer(r.lang)),
    "need": Addressed(_need, ("area", "who", "need", "level"), "gaps", {}),
    "finder": Addressed(
        _finder, ("area", "who", "least", "level", "w"), "gaps", {ASK: "find"}
    ),
    "conditions": Addressed(
        _conditions, ("area", "if", "level"), "gaps", {ASK: "conditions"}
    ),
    "begin": Addressed(_begin, ("area", "who", "domain"), "gaps", {ASK: "begin"}),
    "clusters": Addressed(_clusters, ("area", "cluster"), "gaps", {ASK: "clusters"}),
    "bridges": Addressed(_bridges, AREA, "connections", {}),
    "ring": Addressed(
        lambda r: ecosystem.answer(ecosystem.cells(r.area.code), r.area, r.lang),
        AREA,
        "connections",
        {ASK: "ring"},
    ),
    "path": Addressed(_path, ("area", "age", "mode"), "connections", {ASK: "path"}),
    "partners": Addressed(_partners, ("area", "actor"), "connections", {ASK: "partner"}),
    "ties": Addressed(_ties, ("area", "tie", "actor", "year"), "connections", {ASK: "network"}),
    "grants": Addressed(_grants, ("area", "year"), "connections", {ASK: "network"}),
    "pupils": Addressed(_pupils, AREA, "connections", {ASK: "network"}),
    "what_if": Addressed(_what_if, (*TRIED, "open", "close"), "what_if", {}),
    "best_places": Addressed(
        _best_places, (*TRIED, "aim", "among", "many"), "what_if", {ASK: "best"}
    ),
}  # fmt: skip
