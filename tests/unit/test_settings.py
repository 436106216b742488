"""Settings: each declared once, of its type, and never wrong without a word."""

import os
import re
import subprocess
import sys

import pytest

from pipelines.catalogue import ROOT
from pipelines.methods import settings
from pipelines.methods.settings import SettingError


def test_what_is_not_given_is_as_declared_and_of_its_type() -> None:
    given = settings.settings({"HOME": "/", "CULTUURATLAS_PORT": "80", "CULTUURATLAS_OLDEST": ""})
    assert (given["PORT"], given["OLDEST"], given["URL"]) == (80, 0, "")
    assert given["PROXIES"] == ["127.0.0.1/32", "::1/128"]
    assert list(given) == [s.name for s in settings.SETTINGS]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "http", "CULTUURATLAS_PORT: 'http' is not a port"),
        ("PORT", "65536", "'65536' is not a port"),
        ("PORT", "٨٠", "is not a port"),
        ("HOST", "everywhere", "CULTUURATLAS_HOST: 'everywhere' is not an IP address"),
        ("PROXIES", "127.0.0.1,*", "is not a list of IP addresses or networks"),
        ("URL", "atlas.example", "does not begin with https:// or http://"),
        ("CONTACT", "somebody", "is neither a mail address nor a web address"),
        ("OLDEST", "-1", "is not a whole number from 0 to 10,000"),
        ("ADRES", "x", "CULTUURATLAS_ADRES: no such setting; known are"),
    ],
)
def test_a_wrong_or_unknown_setting_says_so(name: str, value: str, message: str) -> None:
    with pytest.raises(SettingError, match=re.escape(message)):
        settings.settings({f"CULTUURATLAS_{name}": value})


def test_the_table_in_the_documentation_is_the_declaration() -> None:
    written = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert settings.readable() in written


def test_every_setting_that_is_named_anywhere_is_declared() -> None:
    known = {settings.PREFIX + s.name for s in settings.SETTINGS}
    for folder in ("dashboard", "pipelines", "docs", "deploy"):
        for file in (p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix != ".pyc"):
            named = set(
                re.findall(
                    r"CULTUURATLAS_[A-Z]\w*", file.read_text(encoding="utf-8", errors="ignore")
                )
            )
            assert named <= known, file.name


@pytest.mark.parametrize("program", ["dashboard", "pipelines", "dashboard.publish"])
def test_a_command_with_a_wrong_setting_ends_before_it_does_anything(program: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", program, *(["check"] if program == "pipelines" else [])],
        cwd=ROOT, env={**os.environ, "CULTUURATLAS_POORT": "8501"}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "CULTUURATLAS_POORT: no such setting; known are" in ran.stderr
    assert "Traceback" not in ran.stderr
