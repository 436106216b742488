"""Every setting of the program: declared once, typed, checked when a command begins.

A setting is a variable of the environment whose name begins with CULTUURATLAS_. A value that is
none, or a name that nobody knows, is an error that says so: a setting with a typing error would
otherwise do nothing, without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

PREFIX = "CULTUURATLAS_"
LOCAL = "127.0.0.1"


class SettingError(ValueError):
    """A setting is wrong or unknown; the message names it, its value and what it may be."""


@dataclass(frozen=True)
class Setting:
    """One setting: what reads it, what it is when it is not given, and how its text is read."""

    name: str
    room: str
    usual: str
    read: Callable[[str], Any]
    about: str


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"is not a whole number from {least:,} to {most:,}")
        return int(text)

    return read


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise ValueError("is not a port")
    return int(text)


def _address(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("does not begin with https:// or http://")
    return text.rstrip("/")


def _host(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError as e:
        raise ValueError("is not an IP address") from e


def _networks(text: str) -> list[str]:
    try:
        return [str(ip_network(part.strip())) for part in text.split(",") if part.strip()]
    except ValueError as e:
        raise ValueError("is not a list of IP addresses or networks") from e


def _contact(text: str) -> str:
    if text and "@" not in text and not text.startswith(("https://", "http://")):
        raise ValueError("is neither a mail address nor a web address")
    return text


SETTINGS = (
    Setting("PORT", "serve", "8501", _port, "the port to listen at"),
    Setting("HOST", "serve", LOCAL, _host, "the address to listen at; `::` is every network of this machine"),
    Setting("PROXIES", "serve", f"{LOCAL},::1", _networks, "the proxies whose word about a reader is taken"),
    Setting("URL", "serve", "", _address, "where the public finds us: for canonical addresses, sitemap and feeds"),
    Setting("CONTACT", "both", "", _contact, "who to write to: sent with every request, and in `security.txt`"),
    Setting("DATABASE", "serve", "", str, "the DuckDB file, or folder of an edition, to serve in place of the usual"),
    Setting("OLDEST", "serve", "0", _whole(0, 10_000), "days after which `/health` calls a build too old; 0 is never"),
    Setting("MEMORY", "serve", "1000", _whole(100, 1_000_000), "MB that the database may take to answer with"),
    Setting("THREADS", "serve", "2", _whole(1, 256), "processors that one question to the database may use"),
    Setting("SECONDS", "serve", "10", _whole(1, 3600), "after which a question to the database is stopped"),
    Setting("READER_RATE", "serve", "600", _whole(0, 1_000_000), "requests a minute of one reader; 0 is no limit"),
    Setting("READER_AT_ONCE", "serve", "1", _whole(1, 1000), "answers that are made at once for one reader"),
    Setting("READER_SESSIONS", "serve", "100", _whole(1, 100_000), "pages that one reader may have open"),
    Setting("AT_ONCE", "serve", "4", _whole(1, 1000), "answers that are made at once for all readers"),
    Setting("UPLOADS", "serve", "500", _whole(50, 1_000_000), "MB of files that all readers together may upload"),
    Setting("MIRROR", "both", "", _address, "a mirror of the open data to fetch from, in place of the publishers"),
    Setting("COMPILED", "build", "", _address, "where the compilation is of what no publisher serves as a file"),
    Setting("EDITIONS", "build", "3", _whole(1, 100), "how many builds before the one that is served are kept"),
    Setting("SHARED", "tests", "", str, "the folder of a mirror, for tests that need one"),
)  # fmt: skip


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Every setting by its name, without the prefix, in its own type. Raises SettingError."""
    known = {PREFIX + s.name for s in SETTINGS}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            raise SettingError(f"{name}: no such setting; known are {', '.join(sorted(known))}")
    return {s.name: _value(s, environment) for s in SETTINGS}


def setting(name: str, environment: Mapping[str, str]) -> Any:
    """One setting in its own type. Raises SettingError, and KeyError for a name that is none."""
    return _value({s.name: s for s in SETTINGS}[name], environment)


def _value(declared: Setting, environment: Mapping[str, str]) -> Any:
    text = environment.get(PREFIX + declared.name) or declared.usual
    try:
        return declared.read(text)
    except ValueError as e:
        raise SettingError(f"{PREFIX}{declared.name}: {text!r} {e}") from e


def readable() -> str:
    """The settings as a table of Markdown, for the documentation."""
    lines = ["| setting | for | usual | what it is |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{PREFIX}{s.name}` | {s.room} | {f'`{s.usual}`' if s.usual else '–'} | {s.about} |"
        for s in SETTINGS
    ]
    return "\n".join(lines) + "\n"
