"""Where an address is, asked of the national address service (PDOK locatieserver), one address at a
time and only when a reader presses for it.

It goes from this server, so that PDOK sees nothing of the reader but the address; nothing is kept
here. The service always answers with something alike: what it gives counts only when postcode, or
town and street, and the house number are those that were asked for.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from pipelines.methods.columns import plain
from pipelines.methods.own_places import POSTCODE
from pipelines.methods.settings import setting

SERVICE = "https://api.pdok.nl/bzk/locatieserver/search/v3_1/free"
FIELDS = (
    "type", "weergavenaam", "postcode", "straatnaam", "huisnummer", "woonplaatsnaam", "gemeentenaam",
    "centroide_ll",
)  # fmt: skip
LATER = {429, 500, 502, 503, 504}  # seen under load: asked again
ATTEMPTS, WAIT_S, TIMEOUT_S, MOST_BYTES = 3, 0.5, 5.0, 1_000_000

_POINT = re.compile(r"POINT\((-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)\)")
_one = threading.Lock()  # one question at a time, whoever asks


class ServiceError(Exception):
    """The service does not answer, or not as we know it; the message says what came."""


@dataclass(frozen=True)
class Match:
    """What the service gives for an address: as it writes it, where (degrees, EPSG:4326), and
    whether that is the address asked for.
    """

    label: str
    lon: float
    lat: float
    is_same: bool


def look_up(address: str) -> Match | None:
    """The best match of an address; None where the service knows none. Raises ServiceError."""
    query = {
        "q": address, "fq": "type:(adres OR postcode)", "rows": "1", "fl": ",".join(FIELDS),
    }  # fmt: skip
    answer = _get(f"{SERVICE}?{urlencode(query)}")
    try:
        docs = answer["response"]["docs"]
        return match(address, docs[0]) if docs else None
    except (KeyError, TypeError, IndexError, AttributeError) as e:
        raise ServiceError(f"an answer without {e}") from e


def match(address: str, doc: dict[str, Any]) -> Match:
    """A document of the service beside the address that was asked. Raises ServiceError for one that
    says no point. A house number that was asked for must be the one that it gives; a postcode alone
    may be asked for.
    """
    point = _POINT.fullmatch(doc.get("centroide_ll", ""))
    if not point:
        raise ServiceError("an answer without centroide_ll")
    asked = f" {plain(address)} "
    code = POSTCODE.search(address)
    same_town = any(
        f" {plain(doc.get(field, ''))} " in asked for field in ("woonplaatsnaam", "gemeentenaam")
    )
    same_street = f" {plain(doc.get('straatnaam', '-'))} " in asked
    same_code = code and doc.get("postcode") == f"{code[1]}{code[2].upper()}"
    is_same = bool(same_code) if code else same_town and same_street
    numbers = {int(n) for n in re.findall(r"[0-9]{1,5}", POSTCODE.sub(" ", address))}
    if numbers or doc["type"] == "adres":
        is_same = is_same and doc.get("huisnummer") in numbers
    return Match(doc["weergavenaam"], float(point[1]), float(point[2]), is_same)


def _get(url: str) -> Any:
    """The answer of the service as JSON, or of a mirror of it. Raises ServiceError."""
    mirror, contact = (setting(name, os.environ) for name in ("MIRROR", "CONTACT"))
    address = url.replace("https:/", mirror, 1) if mirror else url
    agent = (
        f"Cultuuratlas (public dashboard of cultural participation{'; ' * bool(contact)}{contact})"
    )
    request = Request(address, headers={"User-Agent": agent, "Accept": "application/json"})
    with _one:
        for attempt in range(ATTEMPTS):
            try:
                with urlopen(request, timeout=TIMEOUT_S) as response:
                    return json.loads(response.read(MOST_BYTES))
            except HTTPError as e:
                if e.code not in LATER or attempt == ATTEMPTS - 1:
                    raise ServiceError(f"HTTP {e.code}") from e
            except (HTTPException, OSError) as e:
                raise ServiceError(str(getattr(e, "reason", e)) or type(e).__name__) from e
            except ValueError as e:
                raise ServiceError("no JSON") from e
            time.sleep(WAIT_S * 2**attempt)
    raise AssertionError
