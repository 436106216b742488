"""A connection of a reader, which is ended when nothing comes of it: uvicorn waits for ever for the
rest of a request, and for who does not read the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S = 10  # for the whole head of a request, from its first byte or that of the connection
ANSWER_S = 600  # for what was sent at once to be read: 3 MB at 5 kB/s


class Connection(H11Protocol):
    """HTTP as uvicorn speaks it, within bounds of time."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        self.timers: dict[str, asyncio.TimerHandle] = {}
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; wait for the rest of a request, from when it began."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        self._stop("request")
        self._stop("answer")

    def pause_writing(self) -> None:
        """More is sent than the reader reads: for some time."""
        super().pause_writing()
        self._start("answer", ANSWER_S, self.transport.abort)

    def resume_writing(self) -> None:
        """The reader has read it."""
        super().resume_writing()
        self._stop("answer")

    def _wait(self) -> None:
        """Give a request that has begun to come, or should, its time; nothing to one that is here."""
        if self._expects():
            self._start("request", REQUEST_S, self._close)
        else:
            self._stop("request")

    def _expects(self) -> bool:
        """Whether a request is still to come; a WebSocket has left `connections`."""
        return self in self.connections and (not self.cycle or self.cycle.response_complete)

    def _close(self) -> None:
        self._stop("request")
        if self._expects():
            self.transport.close()

    def _start(self, name: str, seconds: float, end: Callable[[], None]) -> None:
        if name not in self.timers:
            self.timers[name] = self.loop.call_later(seconds, end)

    def _stop(self, name: str) -> None:
        if timer := self.timers.pop(name, None):
            timer.cancel()
