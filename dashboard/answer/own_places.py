"""A list of places of the reader's own: where each is, what is left out, and what the list changes
before it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dashboard import store
from dashboard.address_service import Match
from dashboard.answer import homes, what_if
from dashboard.answer.homes import Bools
from dashboard.answer.partner import ONESELF
from dashboard.answer.paths import Stop, metres, stop
from dashboard.answer.spots import Spot, inside
from dashboard.answer.what_if import Outcome, Scenario
from dashboard.answer.what_if_words import ranged
from dashboard.store import Area
from dashboard.words.numbers import number
from dashboard.words.text import LANGUAGES, t
from pipelines.methods import one_place, road
from pipelines.methods.own_places import COLUMNS, List, OwnPlace, kind_of
from pipelines.methods.spreadsheet import Fault

ID = "own:"  # with the number of its row, what a place is called in an address of ours


@dataclass(frozen=True)
class Seated:
    """A place of the list in its neighbourhood.

    `label` is how the address service writes where it is, blank where the list has coordinates;
    `twin` the name of the place of our sources that it seems to be, blank where we know none.
    """

    place: OwnPlace
    kind: str
    lon: float
    lat: float
    area: Area
    label: str = ""
    twin: str = ""

    @property
    def spot(self) -> Spot:
        """The place as What if knows it."""
        town = self.area.municipality or ""
        return Spot(
            f"{ID}{self.place.row}", self.place.name, self.kind, self.lon, self.lat, town=town
        )

    @property
    def stop(self) -> Stop:
        """The place as one that looks for partners."""
        seat, place = store.kinds()[self.kind], self.place
        return Stop(
            ONESELF, place.name, self.kind, seat["domain"], seat["learning_form"], self.lon,
            self.lat, place.step_free, "", "", 0.0, self.area.code,
        )  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """The places that can count, the addresses that are still to be looked up, and all that is left
    out, by row.
    """

    seated: tuple[Seated, ...]
    waiting: tuple[str, ...]
    faults: tuple[Fault, ...]

    def of_kind(self, kind: str) -> tuple[Spot, ...]:
        """The places of a kind, in the order of their ids."""
        return tuple(
            sorted((s.spot for s in self.seated if s.kind == kind), key=lambda spot: spot.id)
        )

    @property
    def kinds(self) -> list[str]:
        """The kinds that have a place, in the taxonomy's order."""
        return [kind for kind in store.kinds() if any(s.kind == kind for s in self.seated)]


def labels() -> dict[str, str]:
    """Every kind by its id and by its label in each language."""
    ids = {kind: kind for kind in store.kinds()}
    return ids | {store.term("kind", k, lang): k for k in store.kinds() for lang in LANGUAGES}


def proposed(listing: List) -> dict[str, str]:
    """By each word for a kind in the list, in order and without capitals, the kind that it is of;
    blank where that is not sure.
    """
    known = labels()
    return {place.kind.lower(): kind_of(place.kind, known) for place in listing.places}


def checked(
    listing: List, kinds: Mapping[str, str], matches: Mapping[str, Match | None]
) -> Checked:
    """The list with the kind of each word for it, and what the address service gave for an
    address.
    """
    seated, waiting, faults = [], [], [*listing.faults]
    for place in listing.places:
        kind, address = kinds.get(place.kind.lower(), ""), place.address
        if not kind:
            faults.append(Fault("places_kind", place.row, value=place.kind or place.name))
        elif place.lon is not None and place.lat is not None:
            if (lon_lat := _turned(place.lon, place.lat)) is None:
                point = f"{place.lat:.4f}, {place.lon:.4f}"
                faults.append(Fault("places_abroad", place.row, value=point))
            else:
                seated.append(_seated(place, kind, *lon_lat))
        elif address not in matches:
            waiting.append(address)
        elif not (match := matches[address]):
            faults.append(Fault("places_no_match", place.row, value=address))
        elif not match.is_same:
            faults.append(Fault("places_other", place.row, value=f"{address} → {match.label}"))
        elif not (area := neighbourhood(match.lon, match.lat)):
            faults.append(Fault("places_abroad", place.row, value=match.label))
        else:
            seated.append(_seated(place, kind, match.lon, match.lat, area, match.label))
    faults.sort(key=lambda fault: fault.row)
    return Checked(tuple(seated), tuple(dict.fromkeys(waiting)), tuple(faults))


def _seated(
    place: OwnPlace, kind: str, lon: float, lat: float, area: Area, label: str = ""
) -> Seated:
    """A place with the one of our sources that it seems to be: of the same kind, near, and by name."""
    mine = Seated(place, kind, lon, lat, area, label)
    columns = store.place_columns()
    rows = np.flatnonzero(columns["kind"] == kind)
    near = metres(lon, lat, columns["lon"][rows], columns["lat"][rows]) <= one_place.NEAR_M
    for at in rows[near]:
        ours = stop(int(at), 0.0)
        entry = replace(ours, name=place.name, lon=lon, lat=lat, address="")
        alike = one_place.alike(place.name, ours.name)
        if ours.name and (alike >= one_place.ALIKE or one_place.same(entry, ours)):
            return replace(mine, twin=ours.name)
    return mine


def neighbourhood(lon: float, lat: float) -> Area | None:
    """The neighbourhood that holds a point; None in the sea and abroad."""
    for near in store.neighbourhoods_in((lon, lat, lon, lat)):
        if road.holds(near["geometry"], lon, lat):
            return store.area(near["code"])
    return None


def _turned(lon: float, lat: float) -> tuple[float, float, Area] | None:
    """A point in its neighbourhood, its two numbers turned where only that is in one."""
    for x, y in ((lon, lat), (lat, lon)):
        if area := neighbourhood(x, y):
            return x, y, area
    return None


def place_rows(list_: Checked, lang: str) -> list[dict[str, str]]:
    """The places that can count, as rows of a table: what the list says, and where we put it."""
    out = []
    for s in list_.seated:
        town = store.area(s.area.municipality or "")
        where = f"{s.area.name}, {town.name}" if town else s.area.name
        place = s.place
        about = (place.open_to, place.cost, place.hours)
        out.append(
            {
                t("places_column_name", lang): place.name,
                t("csv_kind", lang): store.term("kind", s.kind, lang),
                t("places_column_where", lang): where,
                t("places_column_by", lang): s.label or t("places_by_degrees", lang),
                t("places_column_twin", lang): s.twin or t("places_no_twin", lang),
                t("ties_column_step_free", lang): t(f"step_free_short_{place.step_free}", lang),
                t("places_column_more", lang): "; ".join(filter(None, about)) or "–",
            }
        )
    return out


def filed(list_: Checked) -> list[list[str | float]]:
    """The places that can count in the columns of our template, with their coordinates."""
    lines: list[list[str | float]] = [[*COLUMNS]]
    for s in list_.seated:
        p = s.place
        address = (p.name, s.kind, s.label or p.address, "", "")
        point = (round(s.lat, 6), round(s.lon, 6))
        lines.append([*address, *point, p.open_to, p.step_free, p.cost, p.hours])
    return lines


def difference(
    town: str, kind: str, supplied: tuple[Spot, ...], mode: str = "walk"
) -> Outcome | None:
    """The ways to a kind now, and with the list; None where the list has none in a municipality in
    which nothing is known of the kind.
    """
    scenario = Scenario(town, kind, mode=mode)
    mine = replace(scenario, supplied=supplied)
    if mine.is_listed and not mine.closable:
        return None
    before = scenario.now()
    return Outcome(scenario, before.homes, before.distances, mine.now().distances)


def differences(list_: Checked, town: Area, lang: str) -> list[dict[str, str]]:
    """Per kind of the list how many residents are within reach, on foot: now, and with the list."""
    out = []
    for kind in list_.kinds:
        spots = list_.of_kind(kind)
        o = difference(town.code, kind, spots)
        inside = sum(s.town == town.code for s in spots)
        row = {t("csv_kind", lang): store.term("kind", kind, lang)}
        row[t("places_column_inside", lang, name=town.name)] = number(inside, 0, lang)
        now = after = t("places_not_known", lang)
        if o:
            now = _within(o, o.before, lang) if is_known(town.code, kind) else now
            after = _within(o, o.after, lang)
        row[t("places_column_now", lang)], row[t("places_column_with", lang)] = now, after
        nearer = int((o.after.metres < o.before.metres).sum()) if o else 0
        known = o is not None and is_known(town.code, kind)
        row[t("places_column_nearer", lang)] = number(nearer, 0, lang) if known else "–"
        out.append(row)
    return out


def left_out(list_: Checked, town: str, kind: str) -> list[str]:
    """The names of the places of a kind in a municipality that our sources know and the list does
    not seem to have.
    """
    twins = {s.twin for s in list_.seated if s.kind == kind}
    return [s.name for s in inside(town) if s.kind == kind and s.name and s.name not in twins]


def is_known(town: str, kind: str) -> bool:
    """Whether it is known without the list how far the nearest of a kind is."""
    return kind in what_if.kinds(town)


def _within(o: Outcome, distances: homes.Ways, lang: str) -> str:
    return ranged(o.within("everyone", distances), lang)


def steps(list_: Checked, town: Area, lang: str) -> list[dict[str, str]]:
    """Per step of a learning path (domain and learning form) that the list has a kind of, how many
    residents have a place for it within reach on foot: now, and with the list.
    """
    seats = store.kinds()
    cells = {(seats[k]["domain"], seats[k]["learning_form"]): None for k in list_.kinds}
    out = []
    for domain, form in cells:
        mine = [k for k, s in seats.items() if (s["domain"], s["learning_form"]) == (domain, form)]
        now, after = (_reached(town.code, mine, list_, with_list) for with_list in (False, True))
        label = f"{store.term('domain', domain, lang)}: {store.term('learning_form', form, lang).lower()}"
        row = {t("places_column_step", lang): label}
        people = homes.homes(town.code).residents["everyone"]
        for column, mask in (("places_column_now", now), ("places_column_with", after)):
            n = None if mask is None else float(people[mask].sum())
            shown = t("places_not_known", lang) if n is None else f"≈ {number(n, 0, lang)}"
            row[t(column, lang)] = shown
        out.append(row)
    return out


def _reached(town: str, kinds: list[str], list_: Checked, with_list: bool) -> Bools | None:
    """Which neighbourhoods have a place of some kinds within the usual limit, by the best estimate;
    None where it is known of no kind how far it is.
    """
    limit = Scenario(town, "").limit
    masks = []
    for kind in kinds:
        spots = list_.of_kind(kind) if with_list else ()
        if spots and (o := difference(town, kind, spots)):
            masks.append(o.after.metres <= limit)
        elif is_known(town, kind):
            masks.append(homes.now(town, kind).distances.metres <= limit)
    return np.any(masks, axis=0) if masks else None
