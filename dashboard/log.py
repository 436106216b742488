"""The log: one JSON object a line, with the number of the request where there is one. Never an
address of a reader, nor what was asked for.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST: ContextVar[str] = ContextVar("request", default="")
QUIET = ("static", "health", "metrics")  # what says nothing when all is well
log = logging.getLogger("dashboard")


class Line(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, where, the number of the request, the message, and the trace of a fault."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname.lower(), "logger": record.name}
        line |= {"request": REQUEST.get()} if REQUEST.get() else {}
        line |= {"message": record.getMessage(), **getattr(record, "fields", {})}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def begin() -> None:
    """Log to standard error from now on: our own lines, and the warnings of all others."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    log.setLevel(logging.INFO)


def answered(room: str, status: int, seconds: float) -> None:
    """Log that a request was answered."""
    if room not in QUIET or status >= 400:
        fields = {"room": room, "status": status, "seconds": round(seconds, 3)}
        log.info("answered", extra={"fields": fields})
