"""Grants of the municipality of Amsterdam in 2016: who received money from which part of it. No licence stated.

The open register of one municipality; there is no national one. Awards to private persons are not in it. A grant is
funding: it says nothing of working together. The domain of a recipient is that of the theme of most of its money;
where the theme says nothing of a domain ("Algemeen") it has none.
"""

import pandas as pd

from pipelines import compiled
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Openbaar subsidieregister Amsterdam 2016",
    publisher="Gemeente Amsterdam",
    licence="none-stated",
    url="https://www.amsterdam.nl/subsidies/subsidieregister/",
    cadence="compiled by hand",
    attribution="Bron: Gemeente Amsterdam, openbaar subsidieregister",
)
FILE = "amsterdam/subsidies_2016.csv"
AREA = "GM0363"
DOMAIN = {
    "Cultuur": "leisure",
    "Sport": "leisure",
    "Onderwijs": "education",
    "Welzijn en Zorg": "social",
    "Participatie": "social",
    "Jeugd": "social",
    "Bestuur en ondersteuning": "policy",
    "Openbare orde en veiligheid": "policy",
}


def fetch(get: Get) -> None:
    """The file."""
    compiled.fetch_csv(get, FILE)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Tables actor (givers and recipients) and tie (euros awarded, by scheme); refused requests are no tie."""
    df = compiled.read_csv(payloads, FILE).apply(lambda c: c.str.strip())
    df = df.assign(euros=pd.to_numeric(df["Verleend"]), domain=df["Thema"].map(DOMAIN))
    df = df[(df["euros"] > 0) & (df["Naam"] != "")]
    df["Naam"] = df.groupby(df["Naam"].str.casefold())["Naam"].transform("first")  # one name however it is written
    giver = "Gemeente Amsterdam, " + df["Organisatie"]
    df = df.assign(a="amsterdam_subsidies:" + giver, b="amsterdam_subsidies:" + df["Naam"], giver=giver)
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
    most = money.sort_values(["euros", "domain"]).drop_duplicates("b", keep="last").set_index("b")["domain"]
    names = df.drop_duplicates("b").set_index("b")["Naam"]
    recipients = pd.DataFrame(
        {"id": names.index, "name": names.to_numpy(), "domain": most.reindex(names.index).to_numpy()}
    )
    givers = df.drop_duplicates("a")[["a", "giver"]].set_axis(["id", "name"], axis=1).assign(domain="policy")
    return {"tie": tie, "actor": pd.concat([givers, recipients], ignore_index=True).assign(area=AREA)}
