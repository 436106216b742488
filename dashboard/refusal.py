"""An answer that says why there is none at this moment, and when to ask again."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from dashboard.api.endpoint import COMMON
from dashboard.words.text import LANGUAGES, t

RETRY_S = 5


def refusal(request: Request, status: int, key: str, detail: str = "") -> Response:
    """The text of `key` in the language of the address; of the API in English, as it refuses all
    else.
    """
    headers = {"Cache-Control": "no-store", "Retry-After": str(RETRY_S)}
    if request.url.path.startswith("/api"):
        why = {"error": t(key, "en", detail=detail), "parameter": None, "value": None}
        return JSONResponse(why, status, COMMON | headers)
    asked = request.query_params.get("lang", "")
    lang = asked if asked in LANGUAGES else "nl"
    return PlainTextResponse(t(key, lang, detail=detail), status, headers)
