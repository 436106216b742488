"""Our methods give the numbers that others have published with their input."""

from pathlib import Path

import pandas as pd
import pytest

from pipelines.build import proofs
from pipelines.catalogue import load

PROVEN = proofs.table().set_index(["method", "item"])


def test_every_number_reproduces() -> None:
    assert len(PROVEN) == 56
    assert PROVEN.index.is_unique
    assert (PROVEN["difference"] <= PROVEN["tolerance"]).all()
    assert (PROVEN["difference"] - (PROVEN["ours"] - PROVEN["published"]).abs()).abs().max() < 1e-9
    assert (PROVEN["tolerance"] <= 5e-4).all()


@pytest.mark.parametrize(("method", "entry"), proofs.published().items())
def test_a_published_number_has_no_more_decimals_than_its_rounding_says(
    method: str, entry: dict
) -> None:
    """Half a unit of the last decimal, up to the eighth: no more is allowed than rounding makes."""
    numbers = [str(number) for number in entry["published"].values()]
    decimals = min(8, max(len(number.partition(".")[2]) for number in numbers))
    assert entry["tolerance"] == pytest.approx(0.5 * 10.0**-decimals)
    assert entry["url"].startswith("https://")


def test_every_method_that_is_computed_is_listed_and_every_measure_of_inequality_in_use_but_one() -> (
    None
):
    """No number was published with its input of the relative index; `test_inequality.py` holds it
    to its definition.
    """
    assert set(proofs.COMPUTED) == set(proofs.published())
    in_use = {i.column.split()[0] for i in load().of_source("inequality")}
    assert in_use - set(proofs.COMPUTED) == {"relative_index"}


def test_other_input_does_not_reproduce(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is told is computed: one death more in a thousand, one tie less, one tract more within
    reach.
    """
    other = tmp_path / "proofs.toml"
    text = proofs.PUBLISHED.read_text(encoding="utf-8")
    for was, now in (("[154.7, ", "[155.7, "), ('["AB", ', "["), ("b = [4, ", "b = [3, 4, ")):
        assert was in text
        text = text.replace(was, now)
    other.write_text(text, encoding="utf-8")
    monkeypatch.setattr(proofs, "PUBLISHED", other)
    changed = proofs.table().set_index(["method", "item"])
    wrong = set(
        changed.index[changed["difference"] > changed["tolerance"]].get_level_values("method")
    )
    assert wrong == {"concentration", "constraint", "catchment"}
    pd.testing.assert_frame_equal(
        changed.drop(index=[*wrong], level="method"), PROVEN.drop(index=[*wrong], level="method")
    )
