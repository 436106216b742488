"""Whether the dashboard serves what it was told to serve: for who runs it, and what watches it."""

from __future__ import annotations

import asyncio
import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard import store
from dashboard.words.text import t
from pipelines.methods.settings import setting


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the program."""
    with (store.ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def age_days(build: Mapping[str, Any]) -> float:
    """How many days ago an edition was built."""
    built = datetime.fromisoformat(build["built_at"])
    built = built if built.tzinfo else built.replace(tzinfo=UTC)
    return round((datetime.now(UTC) - built).total_seconds() / 86_400, 1)


def state() -> dict[str, Any]:
    """Which edition is served and how old it is; `reason` says why that is not as it should be."""
    try:
        served = store.alive()
    except store.StoreError as e:
        return {"ready": False, "reason": t(e.key, "en", detail=e.detail), "version": version()}
    with store.pinned(served):
        build = store.build()
    age, oldest = age_days(build), setting("OLDEST", os.environ)
    reason = None
    if served.trouble:
        reason = t(served.trouble.key, "en", detail=served.trouble.detail)
    elif oldest and age > oldest:
        reason = f"the build is {age:.0f} days old, more than {oldest}"
    return {
        "ready": reason is None,
        "reason": reason,
        "edition": build["id"],
        "built_at": build["built_at"],
        "age_days": age,
        "served": "embedded" if served.embedded else "national",
        "mirror": build["mirror"],
        "version": version(),
    }


async def answer(request: Request) -> Response:
    """200 when all is well, 503 with the reason when not."""
    now = await asyncio.to_thread(state)
    return JSONResponse(now, 200 if now["ready"] else 503, {"Cache-Control": "no-store"})


async def security(request: Request) -> Response:
    """Where to report a weakness (RFC 9116); nothing where nobody said who to write to."""
    contact = setting("CONTACT", os.environ)
    if not contact:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    until = datetime.fromtimestamp(datetime.now(UTC).timestamp() + 180 * 86_400, UTC)
    lines = [
        f"Contact: {contact if contact.startswith('http') else f'mailto:{contact}'}",
        f"Expires: {until:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: nl, en",
    ]
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")
