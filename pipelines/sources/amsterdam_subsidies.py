"""Grants of the municipality of Amsterdam: who received money from which part of it, in every year
of its register.

The open register of one municipality; there is no national one. Reuse is allowed with the source
"Gemeente Amsterdam/Openbaar subsidieregister". Private persons are left out. A grant is funding: it
says nothing of working together. The domain of a recipient is that of the policy field of most of
its money over all years; where the field says nothing of a domain ("Algemeen") it has none. The
years do not cover the same: in 2016 the grants of the Kunstenplan are missing (in the register of
March 2020 EUR 1.9 million for culture, against 78 to 80 in other years), and the last year goes no
further than the day of the file; the page Data and method counts what each holds. Quirks: latin-1,
sometimes in a zip; until about 2023 `;`, column names in capitals and a footer, since then `,`; one
name is written in several ways, and some are no more than "Stichting": these are nobody.
"""

import io
import re
import zipfile

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import compiled
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Openbaar subsidieregister Amsterdam",
    publisher="Gemeente Amsterdam",
    licence="source-named",
    url="https://www.amsterdam.nl/subsidies/subsidieregister/",
    cadence="weekly",
    attribution="Bron: Gemeente Amsterdam/Openbaar subsidieregister",
)
URL = "https://api.data.amsterdam.nl/dcatd/datasets/yvlbMxqPKn1ULw/purls/1"
AREA = "GM0363"
NOBODY = re.compile(  # a private person, or a legal form alone
    r"\bparticulier(?:en)?\b|\bnatuurlijk persoon\b|^(?:dhr|de heer|mevr|mevrouw)\b|^(?:stichting|vereniging|vof|)$",
    re.I,
)
DOMAIN = {
    "Cultuur": "leisure",
    "Sport": "leisure",
    "Onderwijs": "education",
    "Welzijn en Zorg": "social",
    "Sociale basis": "social",
    "Participatie": "social",
    "Jeugd": "social",
    "Zorg": "care",
    "Bestuur en ondersteuning": "policy",
    "Openbare orde en veiligheid": "policy",
}
COLUMNS = (
    "Aanvrager",
    "Regelingnaam",
    "Beleidsterrein",
    "Organisatieonderdeel",
    "Bedragverleend",
    "Subsidiejaar",
)


def probe(get: Get) -> str:
    """The first and the last rows of the file; the newest year in them."""
    head: bytes = get("head", URL, binary=True, headers=compiled.HEAD)
    if head.startswith(b"PK"):
        head = _unzipped(get("register", URL, binary=True))  # a part of a zip cannot be read
    elif len(head) <= compiled.HEAD_BYTES:
        tail: bytes = get(
            "tail", URL, binary=True, headers={"Range": f"bytes=-{compiled.HEAD_BYTES}"}
        )
        head = head[: head.rfind(b"\n") + 1] + tail[tail.find(b"\n") + 1 :]
    rows = _rows(head)
    compiled.must_have(get, URL, rows, COLUMNS)
    return str(max(rows["Subsidiejaar"]))


def fetch(get: Get) -> None:
    """The file."""
    get("register", URL, binary=True, check=_is_whole, rows=lambda body: len(_rows(body)))


def _is_whole(body: bytes) -> None:
    compiled.is_whole(_unzipped(body))


def _unzipped(body: bytes) -> bytes:
    if not body.startswith(b"PK"):
        return body
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            return file.read(file.namelist()[0])
    except zipfile.BadZipFile as e:
        raise ValueError(f"truncated or malformed zip ({len(body):,} bytes; {e})") from e


def _rows(body: bytes) -> pd.DataFrame:
    """The rows under the names of today; a footer has no year, and is no row."""
    body = _unzipped(body)
    df = compiled.frame(body, "latin-1", ";" if b";" in body.split(b"\n", 1)[0] else ",")
    df = df.rename(columns=lambda c: re.sub(r"\W|_", "", str(c)).capitalize()).apply(
        lambda c: c.str.strip()
    )
    return df[df["Subsidiejaar"].str.fullmatch(r"20\d\d")]


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Tables actor (givers and recipients) and tie (euros awarded in a year, by scheme); what was
    refused is no tie.
    """
    rows = _rows(payloads["register"])
    names_here = ("Naam", "Regeling", "Thema", "Organisatie", "Verleend", "Jaar")
    df = pd.DataFrame(
        {ours: rows[theirs] for ours, theirs in zip(names_here, COLUMNS, strict=True)}
    )
    df = df.assign(euros=pd.to_numeric(df["Verleend"]), domain=df["Thema"].map(DOMAIN))
    df = df[(df["euros"] > 0) & ~df["Naam"].map(NOBODY.search).astype(bool)]
    df["Naam"] = df.groupby(df["Naam"].str.casefold())["Naam"].transform(
        "first"
    )  # one name however it is written
    giver = "Gemeente Amsterdam, " + df["Organisatie"]
    df = df.assign(
        a="amsterdam_subsidies:" + giver, b="amsterdam_subsidies:" + df["Naam"], giver=giver
    )
    ties = df.groupby(["a", "b", "Regeling", "Jaar"], as_index=False)["euros"].sum()
    tie = pd.DataFrame(
        {
            "kind": "funding",
            "a": ties["a"],
            "b": ties["b"],
            "weight": ties["euros"],
            "status": "measured",
            "scheme": ties["Regeling"],
            "period": ties["Jaar"],
        }
    )
    money = df.dropna(subset=["domain"]).groupby(["b", "domain"])["euros"].sum().reset_index()
    most = (
        money.sort_values(["euros", "domain"])
        .drop_duplicates("b", keep="last")
        .set_index("b")["domain"]
    )
    names = df.drop_duplicates("b").set_index("b")["Naam"]
    recipients = pd.DataFrame(
        {
            "id": names.index,
            "name": names.to_numpy(),
            "domain": most.reindex(names.index).to_numpy(),
        }
    )
    givers = (
        df.drop_duplicates("a")[["a", "giver"]]
        .set_axis(["id", "name"], axis=1)
        .assign(domain="policy")
    )
    return {
        "tie": tie,
        "actor": pd.concat([givers, recipients], ignore_index=True).assign(area=AREA),
    }
