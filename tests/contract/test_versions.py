"""CBS by version 3 and, with its host out as it was in 2026, by version 4: the same tables, to the
row.
"""

from pathlib import Path
from urllib.request import Request, urlopen

import pandas as pd
import pytest

from pipelines import catalogue
from pipelines.fetch import snapshot, source
from pipelines.fetch.http import Http

pytestmark = pytest.mark.mirror
CATALOGUE = catalogue.load()
OUT = b"outage@opendata.cbs.nl"


@pytest.mark.parametrize("name", ["cbs_kwb", "cbs_proximity", "cbs_regions", "cbs_wijken"])
def test_both_versions_give_the_same_tables_and_rows(
    name: str, own_mirror: str, tmp_path: Path
) -> None:
    http = Http(mirror=own_mirror, attempts=1, wait=0, pause=0, contact="info@example.org")
    folders = {version: tmp_path / version / name for version in ("v3", "v4")}
    source.fetch(name, CATALOGUE, http, tmp_path / "v3", say=lambda line: None)
    urlopen(Request(f"{own_mirror}/__faults", OUT, method="POST")).close()
    try:
        source.fetch(name, CATALOGUE, http, tmp_path / "v4", say=lambda line: None)
    finally:
        urlopen(Request(f"{own_mirror}/__faults", method="DELETE")).close()
    asked = {
        version: {p.split("/")[1] for p in snapshot.load_payloads(f) if "/" in p}
        for version, f in folders.items()
    }
    assert "TypedDataSet" in asked["v3"] - asked["v4"]
    assert "Observations" in asked["v4"] - asked["v3"]
    third, fourth = (source.tidied(name, CATALOGUE, folder) for folder in folders.values())
    assert third.keys() == fourth.keys()
    for table, df in third.items():
        pd.testing.assert_frame_equal(fourth[table], df)
    assert len({snapshot.described(folder)["rows"] for folder in folders.values()}) == 1
