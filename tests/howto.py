"""What a how-to of `docs/` tells one to do, done: its files written and its commands run, in a copy
of the checkout.

A fenced block that names a file is that file, or with a `+` its end; a block of `sh` is commands.
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
BLOCK = re.compile(
    r"^ *```(?P<kind>\w+)(?: (?P<file>\S+)(?P<more> \+)?)?\n(?P<body>.*?)^ *```$", re.M | re.S
)


def steps(name: str) -> Iterator[tuple[str, str, bool, str]]:
    """Per block its kind, file, whether it is the end of one that there is, and what is in it."""
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        yield (
            block["kind"],
            block["file"] or "",
            bool(block["more"]),
            textwrap.dedent(block["body"]),
        )


def copy(folder: Path) -> Path:
    """A copy of the tracked and new files of the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    for path in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
    return folder


def follow(
    name: str, checkout: Path, options: Mapping[str, list[str]], **environment: str
) -> list[Path]:
    """Do what a how-to says, and give the files that it wrote; `options` are added to commands by
    their verb.

    Raises AssertionError for a command that fails, with what it said.
    """
    written = []
    for kind, file, more, body in steps(name):
        if file:
            path = checkout / file
            assert path.exists() == more, file
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as out:
                out.write(f"\n{body}" if more else body)
            written.append(path)
        elif kind == "sh":
            for line in body.splitlines():
                python, *words = line.split()
                assert python == ".venv/bin/python", line
                run(checkout, *words, *options[words[2]], **environment)
    return written


def run(checkout: Path, *words: str, **environment: str) -> str:
    """What Python says, in a checkout. Raises AssertionError where it fails."""
    here = {k: v for k, v in os.environ.items() if not k.startswith("CULTUURATLAS_")} | environment
    done = subprocess.run(
        [sys.executable, *words],
        cwd=checkout,
        env=here,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
