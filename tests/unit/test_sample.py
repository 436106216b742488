"""How many answers a survey needs: beside its textbook values, and beside drawing people at random."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipelines.methods.sample import respondents


def test_the_numbers_of_a_textbook() -> None:
    assert respondents(10**9) == 271  # 1.645² / (4 × 0.05²)
    assert respondents(10**9, 0.05, 0.95) == 385
    assert respondents(1_000, 0.05, 0.95) == 278
    assert respondents(1_000) == 214  # as docs/own-figures.md says
    assert respondents(1) == 1


@given(some.integers(1, 10**6), some.sampled_from([0.03, 0.05, 0.1]))
def test_more_people_need_more_answers_and_never_more_than_there_are(n: int, margin: float) -> None:
    assert 1 <= respondents(n, margin) <= min(n, respondents(10 * n, margin))
    assert respondents(n, margin) >= respondents(n, 2 * margin)


@pytest.mark.parametrize("people", [300, 2_000, 50_000])
def test_nine_of_ten_samples_are_within_the_margin(people: int) -> None:
    random, take = np.random.default_rng(4), respondents(people)
    yes = people // 2
    shares = random.hypergeometric(yes, people - yes, take, 4_000) / take
    within = np.mean(np.abs(shares - yes / people) <= 0.05 + 0.5 / take)  # whole people
    assert 0.885 <= within <= 0.94


@pytest.mark.parametrize(("people", "margin"), [(0, 0.05), (-1, 0.05), (10, 0), (10, 1)])
def test_nobody_and_no_margin_are_refused(people: int, margin: float) -> None:
    with pytest.raises(ValueError, match="no sample of"):
        respondents(people, margin)
