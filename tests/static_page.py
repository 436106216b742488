"""What a page of the static site tells of its area, beside what the API tells of it: read from the
rows of both.
"""

import re
from html import unescape
from typing import Any

from dashboard import store
from dashboard.words.numbers import number

ROW = re.compile(
    r'<tr class="\w+"><th scope="row"><a href="([^"]*)">.*?</th><td><data value="([^"]*)">(.*?)</data>'
)
FAR = 10_000_000  # rows, beyond what there is


def told(
    codes: list[str],
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, tuple[str, float]]]]:
    """By area what the API says of it, and by area and indicator the newest period with a figure,
    and that figure.
    """
    areas = {
        row["area"]: row for row in store.page("areas", {"area": codes}, FAR, 0)[0].to_pylist()
    }
    newest: dict[str, dict[str, tuple[str, float]]] = {code: {} for code in codes}
    for row in store.page("observations", {"area": codes}, FAR, 0)[0].to_pylist():
        if row["value"] is not None:  # the rows come oldest first
            newest[row["area"]][row["indicator"]] = row["period"], row["value"]
    return areas, newest


def differences(
    page: str, about: dict[str, Any], newest: dict[str, tuple[str, float]]
) -> list[str]:
    """Where a Dutch page says something else than the API; nothing, when all is well.

    It shows of every indicator the newest figure that the API has of that very area, in digits that
    are that figure, and under the name and residents of that area.
    """
    code, found = about["area"], []
    shown: dict[str, tuple[str, float]] = {}
    for link, exact, text in ROW.findall(page):
        of = dict(part.partition("=")[::2] for part in unescape(link).partition("?")[2].split("&"))
        shown[of["indicator"]] = of["period"], float(exact)
        said = number(float(exact), store.indicators()[of["indicator"]].decimals, "nl")
        words = unescape(text).removeprefix("≈ ")
        alike = 0 < float(exact) < 1 if words.startswith("< 1 ") else words.split(" ")[0] == said
        if of.get("area", store.country()) != code or not alike:
            found.append(
                f"{code} {of['indicator']}: {text} for people, {exact} for machines, linked to {link}"
            )
    for indicator in sorted(newest.keys() | shown.keys()):
        if shown.get(indicator) != newest.get(indicator):
            found.append(
                f"{code} {indicator}: page {shown.get(indicator)}, API {newest.get(indicator)}"
            )
    head = unescape(page.partition('<p class="lead">')[2].partition("</p>")[0])
    residents = number(about["population"] or 0, 0, "nl")
    if (
        about["name"] not in unescape(page.partition("<h1>")[2].partition("</h1>")[0])
        and code != store.country()
    ):
        found.append(f"{code}: another name than {about['name']} at its head")
    if about["population"] and not re.search(rf"(?<![\d.]){re.escape(residents)} inwoner", head):
        found.append(f"{code}: {head} at its head, {residents} residents in the API")
    return found
