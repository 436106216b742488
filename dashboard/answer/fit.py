"""How well two places would fit as partners, and which pairs are suggested to nobody.

A pair is barred by one of `BARS`, each with a name. Of any other the fit is the mean of seven parts
of 0 to 1 that count alike: a domain that is not suggested yet, near, the same ages, the same
interests, another form of learning, an entrance without a step, and somebody whom both are tied to.
Ages, interests and form are those of the kind of place; where a part is not known it counts for
half.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np

from dashboard import store
from dashboard.answer import paths
from dashboard.answer.paths import Stop
from pipelines.methods import one_place

# kinds of place where nobody is known to be in charge, or of which we know no more than that people
# voted there (every school is in the register of schools)
NOBODY = frozenset(
    ("marketplace", "park", "playground", "polling_place", "school_building", "square")
)
# of the whole municipality or for pupils from far away: never the first to go to
LATER = frozenset(("special_school", "town_hall"))
SCHOOLS = frozenset(("primary_school", "secondary_school", "special_school"))
HALL = re.compile(
    r"\b(gym|gymnastiek?|sport|turn)-?(zaal|zalen|lokaal|lokalen|hal|hallen)\b", re.IGNORECASE
)
OTHER_TRADE = re.compile(
    r"biljart|snooker|poolc|casino|speelautoma|bowling|coffeeshop|crematori|begraaf|uitvaart"
    r"|penitentiair|gevangenis|justiti|tankstation|garagebedrijf|autobedrijf|schietsport|schietver",
    re.IGNORECASE,
)
DRINK = re.compile(
    r"likeur|jenever|distilleer|bierbrouw|brouwerijm|biermuseum|wijnmuseum|tabak|cannabis|hash",
    re.IGNORECASE,
)
HALF = 0.5  # what counts for a part that is not known
ENOUGH = 2  # interests in common that count in full
STEP_FREE = {"yes": 1.0, "no": 0.0, "unknown": HALF}


@dataclass(frozen=True)
class Fit:
    """The parts of a fit, each 0 to 1."""

    domain: float
    near: float
    ages: float
    interests: float
    form: float
    step_free: float
    common: float

    @property
    def mean(self) -> float:
        """The fit itself."""
        return float(np.mean(astuple(self)))


def for_kind(scheme: str, kind: str) -> list[str]:
    """The age groups (`age`) or interests (`interest`) that a kind of place is for, in the
    taxonomy's order; none where that is not known.
    """
    return [group for group, kinds in store.audiences(scheme).items() if kind in kinds]


def in_common(scheme: str, one: Stop, other: Stop) -> list[str]:
    """The age groups or interests that both kinds of place are for."""
    mine = for_kind(scheme, one.kind)
    return [group for group in for_kind(scheme, other.kind) if group in mine]


def is_hall(name: str) -> bool:
    """Whether a name is that of a room for sports, and of no club."""
    return bool(HALL.search(name))


def is_learning(one: Stop, other: Stop) -> bool:
    """Whether both are places of a kind that some age learns at, so that their forms can be
    compared.
    """
    return bool(for_kind("age", one.kind) and for_kind("age", other.kind))


def _apart_in_age(one: Stop, other: Stop) -> bool:
    return is_learning(one, other) and not in_common("age", one, other)


def _of_children(s: Stop) -> bool:
    return s.kind in SCHOOLS or for_kind("age", s.kind) == ["child"]


BARS: dict[str, Callable[[Stop, Stop], bool]] = {
    "itself": lambda one, other: one.id == other.id or one_place.same(one, other),
    "same_domain": lambda one, other: one.domain == other.domain,
    "nameless": lambda one, other: not other.name,
    "nobody_in_charge": lambda one, other: other.kind in NOBODY,
    "only_a_hall": lambda one, other: is_hall(other.name),
    "of_sex": lambda one, other: not paths.for_everyone(other),
    "other_trade": lambda one, other: bool(OTHER_TRADE.search(other.name)),
    "no_age_in_common": _apart_in_age,
    "drink_for_children": lambda one, other: any(
        DRINK.search(a.name) and _of_children(b) for a, b in ((one, other), (other, one))
    ),
}


def bar(one: Stop, other: Stop) -> str:
    """Why `other` is never suggested to `one`: a name of `BARS`, blank where it may be."""
    return next((name for name, barred in BARS.items() if barred(one, other)), "")


def fit(one: Stop, other: Stop, common: float = 0.0, suggested: int = 0) -> Fit:
    """How well `other`, at its minutes from `one`, fits; `common` is 0 to 1 for whom both know, and
    `suggested` are the places of its domain that are suggested before it.
    """
    ages = [set(for_kind("age", s.kind)) for s in (one, other)]
    interests = [for_kind("interest", s.kind) for s in (one, other)]
    shared = len(in_common("interest", one, other))
    return Fit(
        domain=1 / (1 + suggested),
        near=max(0.0, 1 - other.minutes / paths.WITHIN_MIN),
        ages=len(ages[0] & ages[1]) / len(ages[0] | ages[1]) if all(ages) else HALF,
        interests=min(1.0, shared / ENOUGH) if all(interests) else HALF,
        form=float(one.form != other.form) if is_learning(one, other) else HALF,
        step_free=STEP_FREE[other.step_free],
        common=common,
    )
