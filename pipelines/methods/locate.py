"""The best places for what is new: who gains most, and how far that is from the best there is.

What a candidate is worth to an area stands in one sparse matrix of areas by candidates, `benefit`:
1 where it lies within reach (maximal covering; Church and ReVelle, 1974), the metres that it saves
(p-median; Hakimi, 1964). An area has the best of what is chosen, times its weight. That sum is
submodular, so a greedy choice has at least 1 - 1/e, 63 %, of the most that is possible (Nemhauser,
Wolsey and Fisher, 1978); it is computed lazily (Minoux, 1978), for what a candidate adds never
grows.

The proof is an integer programme for HiGHS. Its rows follow Elloumi (2010): of each area a variable
per step of benefit, that is at most the step above it plus the candidates of that step. With one
step it is maximal covering itself, with all of them its bound is as tight as that of a variable per
pair.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csc_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SURE = 1e-9  # of the value: below this a bound is reached


@dataclass(frozen=True)
class Choice:
    """Candidates in the order of choosing, what each adds, and what no choice can go beyond."""

    chosen: tuple[int, ...]
    adds: tuple[float, ...]
    bound: float

    @property
    def value(self) -> float:
        """What they are worth together."""
        return sum(self.adds)

    @property
    def gap(self) -> float:
        """How much more there may still be, as a share of the bound."""
        return max(0.0, 1 - self.value / self.bound) if self.bound > 0 else 0.0

    @property
    def proved(self) -> bool:
        """Whether nothing better exists."""
        return self.gap <= SURE


def greedy(benefit: csc_array, weight: Floats, most: int, rank: Ints | None = None) -> Choice:
    """At most so many candidates, each time the one that adds most to those before it.

    Of equals the lowest `rank` (by default the column) goes first, so that another order of the
    columns gives the same choice. It ends where nobody gains any more. The bound is the smaller of
    all that can be gained at all, of what (1 - 1/e) leaves open, and of the sum of the largest
    additions that are left (both are proved for such sums).
    """
    ranks = np.arange(benefit.shape[1]) if rank is None else rank
    best = np.zeros(benefit.shape[0])
    single = np.asarray(benefit.T @ weight)
    heap = [(-gain, int(ranks[j]), j) for j, gain in enumerate(single) if gain > 0]
    heapq.heapify(heap)
    chosen: list[int] = []
    adds: list[float] = []
    while heap and len(chosen) < most:
        _, own_rank, j = heapq.heappop(heap)
        rows, values = _column(benefit, j)
        more = np.maximum(values - best[rows], 0)
        gain = float(more @ weight[rows])
        if gain <= 0:
            continue
        if heap and (-gain, own_rank) > heap[0][:2]:
            heapq.heappush(heap, (-gain, own_rank, j))
            continue
        chosen.append(j)
        adds.append(gain)
        best[rows] += more
    # each of another best choice adds at most what it adds to these (the top of the heap is an
    # upper limit of that)
    left = sum(-gain for gain, _, _ in heapq.nsmallest(most, heap))
    value = sum(adds)
    bounds = [float(_highest(benefit) @ weight), value + left]
    if len(chosen) == most:
        bounds.append(value / (1 - np.exp(-1)))
    return Choice(tuple(chosen), tuple(adds), max(value, min(bounds)))


def worth(benefit: csc_array, weight: Floats, chosen: Sequence[int]) -> tuple[float, ...]:
    """What each of a choice adds to those before it."""
    best, adds = np.zeros(benefit.shape[0]), []
    for j in chosen:
        rows, values = _column(benefit, j)
        more = np.maximum(values - best[rows], 0)
        adds.append(float(more @ weight[rows]))
        best[rows] += more
    return tuple(adds)


def prove(
    benefit: csc_array, weight: Floats, most: int, seconds: float, rank: Ints | None = None
) -> Choice:
    """The best choice that HiGHS finds in so many seconds, and its bound; never less than greedy.

    Stopped early it is the best so far, and the bound says how much more there may be.
    """
    quick = greedy(benefit, weight, most, rank)
    if quick.proved:
        return quick
    step, rows, columns, objective = _steps(benefit, weight)
    areas, candidates = len(objective), benefit.shape[1]
    # step - candidates - the step above it <= 0; then at most so many candidates
    limits = coo_array((step, (rows, columns)), shape=(areas + 1, candidates + areas)).tocsr()
    answer = milp(
        -np.concatenate([np.zeros(candidates), objective]),
        constraints=LinearConstraint(limits, ub=np.r_[np.zeros(areas), most]),
        bounds=Bounds(0, 1),
        integrality=np.r_[np.ones(candidates, int), np.zeros(areas, int)],
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    bound = quick.bound
    if answer.mip_dual_bound is not None and np.isfinite(answer.mip_dual_bound):
        bound = min(bound, -float(answer.mip_dual_bound))
    best = quick
    if answer.x is not None:
        picked = np.flatnonzero(answer.x[:candidates] > 0.5)
        # in the order of what each adds, as the curve is read
        within = greedy(
            csc_array(benefit[:, picked]), weight, most, None if rank is None else rank[picked]
        )
        if within.value > quick.value:
            best = Choice(tuple(int(picked[n]) for n in within.chosen), within.adds, bound)
    # the solver's own sums are right to its tolerance only
    slack = 1e-7 * abs(best.value)
    return Choice(best.chosen, best.adds, best.value if bound <= best.value + slack else bound)


def centre(
    distance: Floats, now: Floats, most: int, seconds: float | None = None
) -> tuple[tuple[int, ...], float, float]:
    """Places so that the longest way is as short as can be (p-centre; Hakimi, 1964): the choice, the
    longest way with it, and a way that no choice can be below.

    `distance` is of areas by candidates, `now` of the areas without any (inf where there is
    nothing). By bisection over the distances that occur: at each the fewest candidates that leave no
    area farther, greedily, and where seconds are given by HiGHS, which proves that fewer will not do.
    """
    ways = np.unique(np.r_[distance[np.isfinite(distance)], now[np.isfinite(now)]])
    if not len(now) or not len(ways):
        return (), 0.0, 0.0
    end = monotonic() + (seconds or 0)

    def cover(way: float) -> tuple[tuple[int, ...] | None, bool]:
        near = csc_array(distance[now > way] <= way)
        return _fewest(near, most, end - monotonic() if seconds else 0)

    low, high, proved = 0, len(ways) - 1, 0
    chosen = cover(ways[high])[0] or ()
    while low < high:
        middle = (low + high) // 2
        covers, impossible = cover(ways[middle])
        if covers is not None:
            chosen, high = covers, middle
        else:
            low = middle + 1
            proved = low if impossible else proved
    reached = np.minimum(now, distance[:, [*chosen]].min(axis=1)) if chosen else now
    longest = float(reached.max())
    return chosen, longest, min(longest, float(ways[proved]))


def _fewest(near: csc_array, most: int, seconds: float) -> tuple[tuple[int, ...] | None, bool]:
    """At most so many candidates that cover every row, or None; and whether there are proved to be
    none.
    """
    if not near.shape[0]:
        return (), False
    reach = near.astype(float)
    if not (np.asarray(reach.sum(axis=1)) > 0).all():
        return None, True
    quick = greedy(csc_array(reach), np.ones(near.shape[0]), most)
    if round(quick.value) == near.shape[0]:
        return quick.chosen, False
    if seconds <= 0:
        return None, False
    answer = milp(
        np.ones(near.shape[1]),
        constraints=LinearConstraint(reach.tocsr(), lb=1),
        bounds=Bounds(0, 1),
        integrality=np.ones(near.shape[1], int),
        options={"time_limit": seconds},
    )
    if answer.x is not None and round(answer.fun) <= most:
        return tuple(int(j) for j in np.flatnonzero(answer.x > 0.5)), False
    bound = answer.mip_dual_bound
    return None, bound is not None and np.isfinite(bound) and bound > most + 1e-6


def _column(benefit: csc_array, j: int) -> tuple[Ints, Floats]:
    """The rows of a column, and their values."""
    part = slice(benefit.indptr[j], benefit.indptr[j + 1])
    return benefit.indices[part].astype(np.int64), benefit.data[part].astype(float)


def _highest(benefit: csc_array) -> Floats:
    """The most that each row can have."""
    out = np.zeros(benefit.shape[0])
    np.maximum.at(out, benefit.indices, benefit.data)
    return out


def _steps(benefit: csc_array, weight: Floats) -> tuple[Floats, Ints, Ints, Floats]:
    """The limits of the integer programme as triples (value, row, column), the last row of which
    counts the candidates, and what each step of benefit is worth.

    Columns are the candidates, then the steps: of each area from the highest benefit down.
    """
    pairs = benefit.tocoo()
    keep = (pairs.data > 0) & (weight[pairs.row] > 0)
    area, candidate, value = pairs.row[keep], pairs.col[keep], pairs.data[keep]
    order = np.lexsort((candidate, -value, area))
    area, candidate, value = area[order], candidate[order], value[order]
    first = np.r_[True, area[1:] != area[:-1]]  # the highest of an area
    new = first | np.r_[True, value[1:] != value[:-1]]  # a step of its own
    step = np.cumsum(new) - 1
    heads = np.flatnonzero(new)
    steps, candidates = len(heads), benefit.shape[1]
    # what a step has above the next one of the same area
    below = np.r_[value[heads[1:]], 0.0] if steps else np.zeros(0)
    last = np.r_[first[heads[1:]], True] if steps else np.zeros(0, bool)
    objective = (value[heads] - np.where(last, 0, below)) * weight[area[heads]]
    under = np.flatnonzero(~first[heads])  # steps that have one above them
    every = np.arange(steps)
    data = np.r_[np.ones(steps), -np.ones(len(step)), -np.ones(len(under)), np.ones(candidates)]
    rows = np.r_[every, step, under, np.full(candidates, steps)]
    columns = np.r_[candidates + every, candidate, candidates + under - 1, np.arange(candidates)]
    return data, rows, columns, objective
