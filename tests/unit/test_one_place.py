"""What is one place: names that hold each other within 100 metres; one address with one word, or a
school there.
"""

from typing import NamedTuple

import pytest

from pipelines.methods import one_place

NORTH_50_M = 50 / 111_195


class Entry(NamedTuple):
    name: str
    domain: str = "social"
    address: str = ""
    lon: float = 4.5
    lat: float = 51.9


def school(name: str, address: str = "3011AB-1") -> Entry:
    return Entry(name, "education", address)


def polled(name: str, domain: str = "social", address: str = "3011AB-1") -> Entry:
    return Entry(name, domain, address)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # near, whatever the address
        (Entry("LantarenVenster"), Entry("Lantarenvenster", "leisure"), True),
        (Entry("Griffioen", "leisure"), Entry("Cultuurcentrum Griffioen"), True),
        (Entry("Wereldmuseum"), Entry("gebouw Wereldmuseum Rotterdam", "leisure"), True),
        (
            Entry("Ontmoetingscentrum 't Stökske"),
            Entry("Ontmoetingscentrum 't Stokske", "care"),
            True,
        ),
        (Entry("Dorpshuis Annen"), Entry("Dorpshuis Annen 1", "leisure"), True),
        (
            Entry("Huis van de Wijk Grote Hagen", "care"),
            Entry("Huis van de Wijk Grote Hagen"),
            True,
        ),
        (school("Openbare Dalton Basisschool Waterland", ""), Entry("OBS Waterland"), True),
        (school("De Rots", ""), Entry("Dorpshuis De Bron"), False),
        (school("De Rots", ""), Entry("De Bron"), False),
        (Entry("Speeltuin Nieuwendam", "leisure"), Entry("Dorpshuis Nieuwendam"), False),
        (Entry("Gymzaal", "leisure"), Entry("Gymzaal"), False),  # no name: any building
        (Entry("De 1", "leisure"), Entry("De 2"), False),
        (Entry("", "leisure"), Entry(""), False),
        # one address
        (school("INOVA basisschool Hoek van Holland"), polled("OBS Inova", "leisure"), True),
        (
            school("Dr E Boekman"),
            polled("(IKC) De Kleine Reus"),
            True,
        ),  # a polling place at a school is the school
        (school("De Zonneboom"), polled("MFA De Zonneboom A"), True),
        (school("Openbare Basisschool De Dobbe"), polled("Dorpshuis de Trefkoel"), False),
        (school("Bosschool"), polled("Gymzaal Laan 1", "leisure"), False),
        (school("De Brug"), school("De Boog"), False),  # two schools in one building
        (polled("Gymzaal De Brug", "leisure"), polled("Dorpshuis De Boog"), False),
        (polled("Wijkhuis Westwijzer", "care"), polled("Westwijzer", address="3011AB-2"), True),
        (
            polled("Westwijzer Zuid", "care"),
            polled("Buurthuis Westwijzer", address="3011AB-2"),
            False,
        ),
    ],
)
def test_two_entries_are_one_place_or_two_whichever_comes_first(
    one: Entry, other: Entry, same: bool
) -> None:
    other = other._replace(lat=other.lat + NORTH_50_M)
    assert one_place.same(one, other) is same
    assert one_place.same(other, one) is same


@pytest.mark.parametrize(
    ("metres", "same"), [(0, True), (99, True), (101, False), (5_000, False), (float("nan"), False)]
)
def test_one_name_is_one_place_up_to_a_hundred_metres(metres: float, same: bool) -> None:
    one = Entry("Concertgebouw")
    assert (
        one_place.same(one, Entry("Concertgebouw", "leisure", lat=one.lat + metres / 111_195))
        is same
    )
