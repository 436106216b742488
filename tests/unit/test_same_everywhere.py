"""The id of a build is of what it says: no processor, order, thread, place or date moves it, any
real change does.

Run as a program it computes anew what a part of the embedded edition can tell and prints the id of
that.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import catalogue
from pipelines.build import build, catalogue_rows, edition, peers, precision, table_rows
from tests.conftest import as_file

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = catalogue.load()
DECIMALS = {i.id: i.decimals for i in CATALOGUE.indicators.values()}
NOISE = 1e-9
FEW = 400  # rows of a table: enough for every column
COLUMNS = [(table, column) for table, columns in precision.SHOWN.items() for column in columns]
OTHERS = {  # what a library looks at, and what another machine has otherwise
    "another processor": {
        "OPENBLAS_CORETYPE": "Nehalem",
        "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3",
        "PYTHONHASHSEED": "7",
    },
    "another place": {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "CULTUURATLAS_SHUFFLE": "2",
        "CULTUURATLAS_DATE": "1999-12-31",
    },
}


def made(rows: Mapping[str, pd.DataFrame]) -> str:
    """The id of a build of these rows."""
    with duckdb.connect() as con:
        build.create(con, {t: rows.get(t, pd.DataFrame()) for t in build.SCHEMA})
        return str(con.sql("SELECT id FROM build").fetchall()[0][0])


@pytest.fixture(scope="module")
def few(part_rows: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Some rows of every table of the edition, and all that it says of indicators."""
    whole = dict(part_rows)
    whole["observation"] = whole["observation"].dropna(subset=["high"])
    whole["access"] = whole["access"].dropna(subset=["high"])
    return {
        t: df if t == "indicator" else df[:FEW].reset_index(drop=True) for t, df in whole.items()
    }


def moved(figure: pd.Series, by: pd.Series | float) -> pd.Series:
    return figure.astype(float) * (1 + by)


def near_an_edge(table: str, frame: pd.DataFrame, column: str) -> pd.Series:
    """Whether the noise makes it another figure."""
    ends = [
        precision.rounded(table, frame.assign(**{column: moved(frame[column], by)}), DECIMALS)[
            column
        ]
        for by in (-NOISE, NOISE)
    ]
    return (ends[0] != ends[1]) & frame[column].notna()


def test_no_figure_of_the_edition_turns_by_noise_but_a_few_in_a_hundred_thousand() -> None:
    figures = turning = 0
    for table, column in COLUMNS:
        frame = edition.read(table)
        figures += frame[column].notna().sum()
        turning += near_an_edge(table, frame, column).sum()
    assert figures > 100_000
    assert turning <= figures / 20_000


def test_the_id_survives_noise_in_every_computed_figure_at_once(
    few: dict[str, pd.DataFrame],
) -> None:
    noise = np.random.default_rng(1)
    other = dict(few)
    for table, column in COLUMNS:
        frame = other[table]
        by = pd.Series(noise.uniform(-NOISE, NOISE, len(frame)), frame.index)
        by = by.mask(near_an_edge(table, few[table], column), 0)
        other[table] = frame.assign(**{column: moved(frame[column], by)})
        if (
            frame[column].notna().any()
            and (frame[column] % 1 != 0).any()
            and frame[column].dtype == float
        ):
            assert not other[table][column].equals(frame[column])
    assert made(other) == made(few)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_the_id_changes_with_one_figure(
    few: dict[str, pd.DataFrame], table: str, column: str
) -> None:
    """By as little as one in the last digit that is kept."""
    frame = few[table]
    at = frame[column].first_valid_index()
    shown = precision.SHOWN[table][column]
    digits = (DECIMALS[frame["indicator"][at]] if shown is None else shown) + precision.BEYOND
    other = frame.astype({column: float})
    other.loc[at, column] = round(other.loc[at, column] + 10.0**-digits, digits)
    some = {t: few[t] for t in ("indicator", table)}
    assert made({**some, table: other}) != made(some)


@pytest.mark.parametrize("table", sorted(set(build.SCHEMA) - {"build", "revision"}))
def test_the_id_changes_with_one_word_and_with_one_row(
    few: dict[str, pd.DataFrame], table: str
) -> None:
    frame = few[table]
    some = {t: few[t] for t in ("indicator", table)}
    column = next(
        (
            c
            for c in frame
            if frame[c].dtype == object and isinstance(frame[c].iloc[0], str) and c != "retrieved"
        ),
        None,
    )
    if column:
        word = frame[column].where(frame.index > 0, "another")
        assert made({**some, table: frame.assign(**{column: word})}) != made(some)
    assert made({**some, table: frame[1:]}) != made(some)


def test_two_equal_rows_are_not_as_good_as_two_others() -> None:
    def twice(name: str) -> dict[str, pd.DataFrame]:
        return {"alias": pd.DataFrame({"area": ["GM0001", "GM0001"], "name": name, "kind": "name"})}

    assert made(twice("a")) != made(twice("b"))


def test_the_order_of_the_rows_does_not_move_the_id(few: dict[str, pd.DataFrame]) -> None:
    assert made({t: df.sample(frac=1, random_state=3) for t, df in few.items()}) == made(few)


@given(st.floats(-1e4, 1e4), st.integers(0, 3))
def test_a_kept_figure_is_the_figure_but_for_its_last_digit(figure: float, shown: int) -> None:
    kept = float(precision.to_odd(np.array([figure]), shown)[0])
    off = max(10.0 ** -(shown + precision.BEYOND), abs(figure) * 10.0 ** (1 - precision.MOST))
    assert abs(kept - figure) <= off * (1 + 1e-6)
    assert float(precision.to_odd(np.array([kept]), shown)[0]) == kept
    if (
        abs(figure) < 10.0 ** (precision.MOST - precision.BEYOND - shown)
        and abs(kept - figure) > 1e-6
    ):
        assert round(kept, shown) == round(figure, shown)  # shown as it would have been
        assert (kept > round(kept)) == (figure > round(kept))  # and on its side of a whole number


@given(st.integers(-8_000, 8_000), st.sampled_from([1, 2, 4, 8]), st.integers(1, 3))
def test_a_figure_that_counts_give_is_far_from_where_figures_turn(
    count: int, of: int, shown: int
) -> None:
    turned = [
        precision.to_odd(np.array([count / of * (1 + by)]), shown)[0] for by in (-NOISE, 0, NOISE)
    ]
    assert (
        turned[0]
        == turned[1]
        == turned[2]
        == pytest.approx(count / of, abs=10.0 ** -(shown + precision.BEYOND))
    )


def test_what_is_computed_anew_elsewhere_is_the_same_build() -> None:
    """With other instructions of the processor, threads, order of rows, time zone, language, date
    and hashes.
    """
    here = again({})
    assert len(here) == 12
    assert {name: again(other) for name, other in OTHERS.items()} == dict.fromkeys(OTHERS, here)


def again(environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.test_same_everywhere"],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def recomputed(shuffle: int) -> dict[str, pd.DataFrame]:
    """The rows of a build of what a part of the edition has from publishers, which are given in
    another order.
    """
    with as_file(":memory:") as con:
        rows = {
            t: con.sql(f"FROM {t}").df()
            for t in ("area", "observation", "place", "completeness", "source")
        }
    held = {t: df.sample(frac=1, random_state=shuffle) if shuffle else df for t, df in rows.items()}
    computed = {
        i.id for i in CATALOGUE.indicators.values() if i.source in catalogue.measure_names()
    }
    area, observation = held["area"], held["observation"]
    observation = observation[~observation["indicator"].isin(computed)]
    place = table_rows._places(held["place"], area, CATALOGUE, lambda line: None)
    inputs = {**held, "observation": observation, "place": place, "street": pd.DataFrame()}
    measured = table_rows._measures(inputs, CATALOGUE, held["source"].to_dict("records"))
    observation = pd.concat([observation, *measured.pop("observation")], ignore_index=True)
    observation = precision.rounded("observation", observation, DECIMALS)
    peer = peers.find(observation, area, CATALOGUE.peer_features)
    return {
        **{table: pd.concat(frames, ignore_index=True) for table, frames in measured.items()},
        "area": area,
        "place": place,
        "observation": observation,
        "indicator": catalogue_rows.indicators(CATALOGUE),
        "peer": peer,
        "scale": catalogue_rows.scales(observation, area, CATALOGUE),
    }


class Then(datetime):
    """Another day."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.fromisoformat(os.environ["CULTUURATLAS_DATE"]).replace(tzinfo=UTC)


if __name__ == "__main__":
    if "CULTUURATLAS_DATE" in os.environ:
        build.datetime = Then  # type: ignore[misc]
    print(made(recomputed(int(os.environ.get("CULTUURATLAS_SHUFFLE", "0")))))
