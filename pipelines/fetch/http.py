"""The only code that talks to the network: one polite request, with retries and with a cap on bytes
and on time.

A body goes to a file while it comes, so its size is no matter for memory. What will surprise you:
httpx's timeouts count from the last byte, so a server that drips would hold us for ever; every
request therefore runs in a thread that is left behind when its time is up.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import tenacity

from pipelines import PipelineError

USER_AGENT = "Cultuuratlas/0.1 (public dashboard of cultural participation; open-data pipeline{})"
COMPILED = "compiled:"
RETRY_STATUS = {429, 500, 502, 503, 504}
CODINGS = ("gzip", "deflate")
MEGABYTES, FILE_MEGABYTES = (
    100.0,
    500.0,
)  # of one answer, once unpacked; of one that is left in its file
SECONDS = 600.0  # for one request in all
REQUESTS = 500  # for one source
START = 1000  # bytes that tell a web page


class NoEndpoint(PipelineError):
    """The figures were compiled by hand from publications; nobody serves them and no compilation
    was pointed at.
    """


class Received(NamedTuple):
    """An answer whose body, if it has one, is in a file."""

    status: int
    headers: httpx.Headers
    sha256: str
    size: int


Parse = Callable[[Path, str], Any]
"""Makes of a body, given its content type, what it is. Raises ValueError when it is not what it
claims.
"""


class _Failed(Exception):
    """One request failed; `transient` says whether another attempt may help."""

    def __init__(self, problem: str, transient: bool = True, retry_after: float = 0) -> None:
        super().__init__(problem)
        self.transient, self.retry_after = transient, retry_after


class Http:
    """A polite client: a real User-Agent, timeouts, a pause per host, retries with backoff that
    respect Retry-After.

    `mirror` rewrites `https://<host>/<path>` to `<mirror>/<host>/<path>` in this one place, and
    recorded URLs stay the live ones. `contact` is a mail or web address for the publisher, in every
    User-Agent. `compiled:<path>` stands for a file that no publisher serves:
    `<mirror>/files/<path>`, or `<path>` under `compiled` when that is given.

    An answer has at most `megabytes` once unpacked and a request at most `seconds` in all, of which
    the server is silent for at most `timeout`; a source has at most `requests`.
    """

    def __init__(
        self,
        mirror: str | None = None,
        compiled: str | None = None,
        attempts: int = 4,
        wait: float = 2.0,
        timeout: float = 150.0,
        pause: float = 0.1,
        contact: str | None = None,
        megabytes: float = MEGABYTES,
        seconds: float = SECONDS,
        requests: int = REQUESTS,
    ) -> None:
        self.mirror = (mirror or "").rstrip("/")
        self.compiled = (compiled or "").rstrip("/")
        self.attempts, self.wait, self.timeout, self.pause, self.contact = (
            attempts,
            wait,
            timeout,
            pause,
            contact,
        )
        self.megabytes, self.seconds, self.requests = megabytes, seconds, requests
        self.received = 0  # bytes of all answers that were no refusal
        self._last: dict[str, float] = {}
        self._client = self._connect()

    def _connect(self) -> httpx.Client:
        return httpx.Client(
            headers={
                "User-Agent": USER_AGENT.format(f"; {self.contact}" if self.contact else ""),
                "Accept": "application/json, */*;q=0.5",
                "Accept-Encoding": ", ".join(CODINGS),
            },
            timeout=httpx.Timeout(self.timeout, connect=min(self.timeout, 20)),
            follow_redirects=True,
        )

    def via(self, url: str) -> str:
        """`mirror`, `live` or `compiled` (by hand, from publications): where the bytes really come
        from.
        """
        if url.startswith(COMPILED) and self.compiled:
            return "compiled"
        return "mirror" if self.mirror else "live"

    def canonical(self, url: str) -> str:
        """The publisher's own address, also when the mirror wrote it into a next link."""
        if self.mirror and url.startswith(self.mirror + "/"):
            return "https://" + url[len(self.mirror) + 1 :]
        return url

    def address(self, url: str) -> str:
        """Where the request goes. Raises NoEndpoint for a compiled file that nobody serves."""
        if url.startswith(COMPILED):
            base = self.compiled or (f"{self.mirror}/files" if self.mirror else "")
            if not base:
                raise NoEndpoint(
                    "no publisher serves this file; set CULTUURATLAS_COMPILED to where the compilation is"
                )
            return f"{base}/{url[len(COMPILED) :]}"
        return re.sub(r"^https?://", self.mirror + "/", url) if self.mirror else url

    def read(
        self,
        url: str,
        into: Path,
        *,
        parse: Parse,
        megabytes: float = 0,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        patience: float = 0,
    ) -> tuple[Received, Any]:
        """Request, retry, parse. The body is left in the file `into`, as it is once unpacked.

        `megabytes` is a larger cap for this one request, `patience` the least number of seconds to
        wait after a 429 or
        503. Raises ValueError with the problem, OSError when the file cannot be written.
        """

        def pace(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            after = error.retry_after if isinstance(error, _Failed) else 0
            return (
                min(max(after, self.wait * 2 ** (state.attempt_number - 1)), 120)
                if self.wait
                else 0
            )

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.attempts),
            wait=pace,
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, _Failed) and e.transient),
            reraise=True,
        )
        most = max(self.megabytes, megabytes)
        try:
            return retrying(
                self._once,
                url,
                into,
                parse,
                most,
                patience,
                params=params,
                data=data,
                headers=headers,
            )
        except _Failed as e:
            raise ValueError(str(e)) from e

    def _once(
        self, url: str, into: Path, parse: Parse, most: float, patience: float, **request: Any
    ) -> Any:
        address = self.address(url)
        host = httpx.URL(url).host if not url.startswith(COMPILED) else COMPILED
        time.sleep(max(0.0, self._last.get(host, 0) + self.pause - time.monotonic()))
        try:
            received = self._in_time(
                into, most, "POST" if request["data"] else "GET", address, **request
            )
        except httpx.TimeoutException as e:
            raise _Failed(f"timed out ({type(e).__name__})") from e
        except httpx.TransportError as e:
            raise _Failed(f"connection failed: {e or type(e).__name__}") from e
        except (
            httpx.RequestError,
            httpx.InvalidURL,
        ) as e:  # a body that cannot be unpacked, redirects without end
            raise _Failed(f"unusable answer: {e or type(e).__name__}") from e
        finally:
            self._last[host] = time.monotonic()
        if received.status == 304:
            return received, None
        if received.status >= 400:
            after = received.headers.get("Retry-After", "")
            raise _Failed(
                f"HTTP {received.status} {httpx.codes.get_reason_phrase(received.status)}{_hint(into)}",
                received.status in RETRY_STATUS,
                max(
                    patience if received.status in (429, 503) else 0,
                    float(after) if after.isdigit() else 0,
                ),
            )
        self.received += received.size
        try:
            return received, parse(into, received.headers.get("Content-Type", ""))
        except ValueError as e:
            raise _Failed(str(e)) from e

    def _in_time(self, *args: Any, **request: Any) -> Received:
        result: Future[Received] = Future()
        late = threading.Event()

        def work() -> None:
            try:
                result.set_result(self._receive(late, *args, **request))
            except BaseException as e:  # handed over to the thread that waits
                result.set_exception(e)

        threading.Thread(target=work, daemon=True).start()
        try:
            return result.result(self.seconds)
        except TimeoutError as e:
            if result.done():  # the disk's own
                raise
            late.set()
            self._client = (
                self._connect()
            )  # the old one is still in the hands of the thread left behind
            problem = f"not complete after {self.seconds:g} seconds; if the server is just slow, raise --seconds"
            raise _Failed(problem, transient=False) from e

    def _receive(
        self,
        late: threading.Event,
        into: Path,
        most: float,
        method: str,
        address: str,
        **request: Any,
    ) -> Received:
        digest, size = hashlib.sha256(), 0
        with self._client.stream(method, address, **request) as response:
            coding = response.headers.get("Content-Encoding", CODINGS[0])
            if coding.lower() not in (
                *CODINGS,
                "identity",
            ):  # packed twice, a bomb is out before it is counted
                raise _Failed(f"packed as {coding!r}, which was not asked for", transient=False)
            if not late.is_set():
                with into.open("wb") as file:
                    for piece in response.iter_bytes():
                        size += len(piece)
                        if size > most * 1e6:
                            problem = (
                                f"more than {most:g} MB came; if it is right that it is so large"
                            )
                            raise _Failed(f"{problem}, raise --megabytes", transient=False)
                        if late.is_set():
                            break
                        digest.update(piece)
                        file.write(piece)
        return Received(response.status_code, response.headers, digest.hexdigest(), size)


def parse_json(file: Path, content_type: str = "") -> Any:
    """JSON, or a ValueError that says what came instead."""
    body = parse_bytes(file, content_type)
    try:
        return json.loads(body)
    except ValueError as e:
        raise ValueError(f"truncated or malformed JSON ({len(body):,} bytes; {e})") from e


def parse_bytes(file: Path, content_type: str = "") -> bytes:
    """A file as it is, unless it is a web page or empty."""
    return parse_file(file, content_type).read_bytes()


def parse_file(file: Path, content_type: str = "") -> Path:
    """Where the file is, unless it is a web page or empty."""
    with file.open("rb") as body:
        start = body.read(START)
    if "html" in content_type.lower() or start.lstrip()[:5].lower() in (b"<html", b"<!doc"):
        title = re.search(rb"<title>(.*?)</title>", start, re.I | re.S)
        said = title[1].decode("utf-8", "replace").strip() if title else ""
        raise ValueError(f"a web page came instead of data (title {said!r})")
    if not start:
        raise ValueError("empty file")
    return file


def _hint(file: Path) -> str:
    """What the server says of its refusal, when it says it in JSON."""
    try:
        said = json.loads(file.read_bytes())
    except ValueError:
        return ""
    texts = re.findall(r"'(?:value|message|detail|error)': '([^']{1,200})'", str(said))
    return f": {texts[0]}" if texts else ""
