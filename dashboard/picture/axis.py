"""Round steps along an axis."""

from __future__ import annotations

import math

from babel.numbers import format_decimal


def even_step(least: float, decimals: int) -> float:
    """The first round step (1, 2 or 5 times a power of ten) of at least `least` and of the
    indicator's precision.
    """
    least = max(least, 10.0**-decimals)
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= least * (1 - 1e-9))


def ticks(low: float, high: float, most: int, decimals: int) -> list[float]:
    """Round values between low and high, at most that many and one."""
    step = even_step((high - low) / most, decimals)
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def short(value: float, lang: str) -> str:
    """A number with no more decimals than it needs."""
    return str(format_decimal(round(value, 6), locale=lang))
