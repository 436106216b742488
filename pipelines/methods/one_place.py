"""Which entries are one place: a building is in more than one source, or twice in one, under kinds
of other domains.

Two entries are one place when

* they lie within 100 metres and the name of one holds that of the other (`Griffioen`,
`Cultuurcentrum Griffioen`); or
* they have one address and a word of their names in common (`Dorpshuis De Brug`, `De Brug`), or one
  is a school and the other is called one: a polling place at a school.

Case, accents, articles, numbers and what sort of school it is do not count, and a word for any
building (`gymzaal`) is no name. So two places at one address that are both named after their
village are taken as one: rather a link too few than a place that is its own partner.

Two entries of one kind, in two sources, are spelled in more ways (`Radiomuseum`, `Radio Museum`):
how much their names are alike is the share of their letters that they have in common, in order
(`alike`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Protocol

NEAR_M = 100
ALIKE = 0.75  # from which names of one kind are those of one place
SCHOOL_DOMAIN = "education"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LITTLE = _set(
    "aan bij d de den der des een en het in la le met n of op s sint st t te ten ter van voor"
)
_SCHOOL = _set(
    "school basisschool bs obs cbs pcbs rkbs gbs sbo ikc kc dkc kindcentrum college lyceum gymnasium"
)
_SORT = _set(
    """basisonderwijs bijzonder brede christelijke dalton gereformeerde hervormde integraal katholieke montessori
    oecumenische onderwijs openbare pc primair protestants rk rooms speciaal speciale"""
)
_BUILDING = _set(
    """accommodatie aula bibliotheek buurt buurtcentrum buurtgebouw buurthuis centrum clubhuis cultuurcentrum
    cultuurhuis dorp dorpscentrum dorpsgebouw dorpshuis gebouw gemeenschapshuis gymlokaal gymzaal hal hotel huis ingang
    kantine kerk kerkcentrum kulturhus mfa mfc museum ontmoetingscentrum park plein restaurant speelplek speeltuin sport
    sportcentrum sporthal sportpark sportzaal stembureau stemlokaal stichting theater tuin vereniging wijk wijkcentrum
    wijkgebouw wijkhuis woonzorgcentrum zaal zorgcentrum"""
)


class Entry(Protocol):
    """A place as one source lists it: its point in degrees, its address as of `areas.address`, or
    blank.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def domain(self) -> str: ...  # noqa: D102
    @property
    def lon(self) -> float: ...  # noqa: D102
    @property
    def lat(self) -> float: ...  # noqa: D102
    @property
    def address(self) -> str: ...  # noqa: D102


def same(one: Entry, other: Entry) -> bool:
    """Whether two entries are one place, whichever comes first."""
    a, b = _words(one.name), _words(other.name)
    schools = _is_school(one, a) and _is_school(other, b)
    if one.address and one.address == other.address:
        polled = (one.domain == SCHOOL_DOMAIN) != (other.domain == SCHOOL_DOMAIN)
        if (schools and polled) or _telling(a & b):
            return True
    if schools:
        a, b = a - _SCHOOL - _SORT, b - _SCHOOL - _SORT
    return bool((a <= b or b <= a) and _telling(a & b) and _metres(one, other) <= NEAR_M)


def alike(one: str, other: str) -> float:
    """Which share of the letters two names have in common, in order and leaving out what every name
    of a kind holds.

    Zero where that leaves one of them without a name (Ratcliff and Obershelp, as in difflib).
    """
    a, b = _letters(one), _letters(other)
    return SequenceMatcher(None, a, b, autojunk=False).ratio() if a and b else 0.0


@lru_cache(maxsize=65_536)
def _letters(name: str) -> str:
    return re.sub("museum|theater", "", "".join(_in_order(name)))


@lru_cache(maxsize=65_536)
def _words(name: str) -> frozenset[str]:
    return frozenset(w for w in _in_order(name) if not w.isdigit())


def _in_order(name: str) -> list[str]:
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c)
    )
    return [w for w in re.findall(r"[a-z0-9]+", plain) if w not in _LITTLE]


def _telling(words: frozenset[str]) -> bool:
    return bool(words - _SCHOOL - _SORT - _BUILDING)


def _is_school(entry: Entry, words: frozenset[str]) -> bool:
    return (
        entry.domain == SCHOOL_DOMAIN
        or bool(words & _SCHOOL)
        or any(w.endswith("school") for w in words)
    )


def _metres(one: Entry, other: Entry) -> float:
    """The straight line, flat, which is exact to a metre in a city; not a number where a point is
    not known.
    """
    east = (one.lon - other.lon) * 111_320 * math.cos(math.radians(one.lat))
    return math.hypot(east, (one.lat - other.lat) * 111_195)
