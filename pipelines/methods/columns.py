"""Which column of somebody's table is what of a network: a proposal, by the names that people and
tools give to columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# The columns of our own template, in English and in Dutch.
COLUMNS = ("actor", "domain", "place", "partner", "kind", "since", "source")
DUTCH = ("organisatie", "domein", "plaats", "partner", "soort", "sinds", "bron")
# What else a register or one of our own downloads has.
MORE = ("partner_domain", "partner_place", "amount", "unit", "actor_id", "partner_id")
ROLES = (*COLUMNS, *MORE)

# The names of the columns of our own downloads of ties.
DOWNLOADED = {
    "a_name": "actor", "a_domain": "domain", "a": "actor_id", "b_name": "partner", "b_domain": "partner_domain",
    "b": "partner_id", "kind": "kind", "period": "since", "weight": "amount", "unit": "unit", "scheme": "source",
}  # fmt: skip
# Names that say from whom to whom only together: `source` is a column of ours too.
PAIRS = (
    ("source", "target"), ("from", "to"), ("van", "naar"), ("bron", "doel"), ("start", "end"), ("a", "b"),
    ("node1", "node2"), ("organisatie 1", "organisatie 2"), ("source label", "target label"),
    ("actor 1", "actor 2"), ("naam 1", "naam 2"), ("organisation 1", "organisation 2"),
)  # fmt: skip
# Names of who pays and who is paid: of such a register the postcode is that of who is paid.
GRANTS = {
    "actor": (
        "verstrekker", "subsidieverstrekker", "subsidiegever", "verlener", "funder", "grantor", "donor", "fonds",
        "funding organisation", "funding org",
    ),
    "partner": (
        "naam subsidieontvanger", "subsidieontvanger", "ontvanger", "begunstigde", "aanvrager", "subsidieaanvrager",
        "recipient", "grantee", "beneficiary", "applicant", "recipient org", "instelling aanvrager",
    ),
}  # fmt: skip
SYNONYMS = {
    "actor": (
        "organisatie", "naam organisatie", "organisation", "organization", "naam", "name", "instelling", "vereniging",
        "aanbieder", "initiatiefnemer", "trekker", "penvoerder", "lead", "lead partner", "organisatienaam", "school",
    ),
    "domain": ("domein", "sector", "werkveld", "veld", "field", "branche"),
    "place": (
        "plaats", "postcode", "woonplaats", "vestigingsplaats", "gemeente", "locatie", "adres", "town", "city",
        "postal code", "zip", "location", "municipality", "wijk",
    ),
    "partner": (
        "partners", "samenwerkingspartner", "samenwerkingspartners", "partnerorganisatie", "werkt samen met",
        "samenwerking met", "partner organisation", "works with", "partner name", "naam partner", "met wie",
    ),
    "kind": (
        "soort", "type", "relatie", "soort relatie", "aard", "relation", "relationship", "interaction",
    ),
    "since": (
        "sinds", "jaar", "datum", "startdatum", "begindatum", "periode", "subsidiejaar", "boekjaar", "vanaf", "year",
        "date", "start date", "period", "toegekend op", "datum toekenning", "verleningsdatum", "award date",
    ),
    "source": (
        "bron", "herkomst", "vindplaats", "regeling", "subsidieregeling", "scheme", "programme", "reference", "url",
    ),
    "amount": (
        "bedrag", "toegekend", "toegekend bedrag", "verleend", "verleend bedrag", "vastgesteld", "vastgesteld bedrag",
        "subsidiebedrag", "bedrag verleend", "bedrag toegekend", "amount", "amount awarded", "grant amount", "euro",
        "euros",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Where each role stands (`at`: its column), or what it is for every row (`fixed`).

    `is_sure` where every name is one of ours, so that nobody need be asked.
    """

    at: Mapping[str, int]
    fixed: Mapping[str, str] = field(default_factory=dict)
    is_sure: bool = False

    def unread(self, names: Sequence[str]) -> list[str]:
        """The names of the columns that have no role."""
        return [name for n, name in enumerate(names) if n not in self.at.values()]


def plain(name: str) -> str:
    """A name of a column without capitals, accents, signs and what stands in parentheses."""
    text = (_ASIDE.sub(" ", name) if "(" in name else name).casefold()
    if not text.isascii():
        text = "".join(
            c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
        )
    return _SIGNS.sub(" ", text).strip()


_ASIDE, _SIGNS = re.compile(r"\(.*?\)"), re.compile(r"[\W_]+")
_KNOWN = {
    *COLUMNS, *DUTCH, *(plain(name) for name in DOWNLOADED), *(name for pair in PAIRS for name in pair),
    *(name for names in GRANTS.values() for name in names), *(name for names in SYNONYMS.values() for name in names),
}  # fmt: skip


def is_known(name: str) -> bool:
    """Whether a cell looks like the name of a column."""
    return plain(name) in _KNOWN


def proposal(names: Sequence[str]) -> Columns:
    """Which column is what, as far as their names tell."""
    lower = [name.strip().casefold() for name in names]
    if {"a_name", "b_name", "kind"} <= {*lower}:
        at = {role: lower.index(name) for name, role in DOWNLOADED.items() if name in lower}
        return Columns(at, is_sure=True)
    for template in (COLUMNS, DUTCH):
        if {*template} <= {*lower}:
            at = {role: lower.index(name) for role, name in zip(COLUMNS, template, strict=True)}
            rest = _named(names, at)
            twice = any(re.search(r" \(\d+\)$", name) for name in names)
            return Columns({**rest, **at}, is_sure=not twice)
    headings = [plain(name) for name in names]
    at = {}
    grants = False
    if pair := next((pair for pair in PAIRS if {*pair} <= {*headings}), None):
        at = {"actor": headings.index(pair[0]), "partner": headings.index(pair[1])}
    else:
        for role, synonyms in GRANTS.items():
            if (column := _column(headings, synonyms, at)) is not None:
                at[role], grants = column, True
    at = _named(names, at)
    grants = grants or "amount" in at
    if grants:  # the postcode in a register is that of who is paid
        for role in ("domain", "place"):
            if role in at and "partner" in at:
                at[f"partner_{role}"] = at.pop(role)
        if "actor" in at and "partner" not in at and "amount" in at:
            at["partner"] = at.pop("actor")
            at |= {f"partner_{r}": at.pop(r) for r in ("domain", "place") if r in at}
    fixed = {} if "kind" in at else {"kind": "funding" if grants else "partnership"}
    return Columns(at, fixed)


def _named(names: Sequence[str], taken: Mapping[str, int]) -> dict[str, int]:
    """The roles that are taken, and those that a synonym gives to another column."""
    at = dict(taken)
    headings = [plain(name) for name in names]
    for role, synonyms in SYNONYMS.items():
        if role not in at and (column := _column(headings, (role, *synonyms), at)) is not None:
            at[role] = column
    return at


def _column(said: Sequence[str], synonyms: Sequence[str], taken: Mapping[str, int]) -> int | None:
    """The first free column that is called so, else the first that has it as a whole word in it."""
    free = [n for n in range(len(said)) if n not in taken.values()]
    for n in free:
        if said[n] in synonyms:
            return n
    for n in free:
        if any(re.search(rf"\b{re.escape(synonym)}\b", said[n]) for synonym in synonyms):
            return n
    return None
