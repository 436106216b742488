"""How much readers may upload: only where a page has an uploader, so much a session, and so much
all together. What was uploaded is let go as soon as its page is left.

Streamlit takes any number of files from any session, and keeps them until two minutes after it.
"""

from __future__ import annotations

import asyncio
import os
from typing import cast

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.refusal import refusal
from pipelines.methods.settings import setting
from pipelines.methods.spreadsheet import MOST_BYTES

BELOW = "/_stcore/upload_file/"
FILES = 2  # of the largest, of one session: the one that is there, and the one in its place
MB = 1_000_000
BODY_S = 120  # in which a file must have come

_open: dict[str, bool] = {}  # by session that has an uploader: whether this run drew it


def begun() -> None:
    """A run of a page begins."""
    if (session := _session()) in _open:
        _open[session] = False


def offered() -> None:
    """This run draws an uploader."""
    if session := _session():
        runtime = Runtime.instance()
        for gone in [s for s in _open if not runtime.is_active_session(s)]:
            del _open[gone]
        _open[session] = True


def ended() -> None:
    """A run has ended: without an uploader on the page, what was uploaded is let go."""
    session = _session()
    if _open.get(session) is False:
        del _open[session]
        _files().remove_session_files(session)


def full() -> bool:
    """Whether all sessions together hold so much that there is no room for one more file."""
    return Runtime.exists() and _room() < MOST_BYTES


def _session() -> str:
    """The session whose run this is; none in a test without a server."""
    context = get_script_run_ctx() if Runtime.exists() else None
    return context.session_id if context else ""


def _files() -> MemoryUploadedFileManager:
    return cast(MemoryUploadedFileManager, Runtime.instance().uploaded_file_mgr)


def _room() -> int:
    """The bytes that may still be uploaded."""
    every = list(_files().file_storage.values())
    stored = sum(len(file.data) for files in every for file in list(files.values()))
    return int(setting("UPLOADS", os.environ)) * MB - stored


class Uploads:
    """Lets uploads through that have room, and in time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.coming: dict[object, tuple[str, int]] = {}  # what is on its way: session and bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on an upload, or say why not."""
        if scope["type"] != "http" or not scope["path"].startswith(BELOW) or scope["method"] != "PUT":  # fmt: skip
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        session = scope["path"].removeprefix(BELOW).partition("/")[0]
        length = request.headers.get("content-length", "")
        size = int(length) if length.isascii() and length.isdigit() else -1
        if refused := self._refused(session, size):
            await refusal(request, *refused)(scope, receive, send)
            return
        key = object()
        self.coming[key] = session, size
        try:
            async with asyncio.timeout(BODY_S):
                await self.app(scope, receive, send)
        except TimeoutError:
            await refusal(request, 408, "upload_slow")(scope, receive, send)
        finally:
            del self.coming[key]

    def _refused(self, session: str, size: int) -> tuple[int, str] | None:
        """The status and the text of why there is no upload, if so."""
        if session not in _open:
            return 403, "upload_nowhere"
        if size < 0:
            return 411, "upload_size"
        size_of_session = sum(
            len(f.data) for f in list(_files().file_storage.get(session, {}).values())
        )
        size_of_session += sum(n for s, n in self.coming.values() if s == session)
        if size_of_session + size > FILES * (MOST_BYTES + MB):
            return 413, "upload_session"
        if sum(n for _, n in self.coming.values()) + size > _room():
            return 503, "upload_full"
        return None
