"""What may be kept for ever has the version in its address of all that can shape it."""

import shutil
from pathlib import Path

import pytest

from dashboard import store
from dashboard.store import database


def version_of(root: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(database, "ROOT", root)
    store.edition().kept.clear()
    return store.version()


@pytest.mark.parametrize(
    "file",
    [
        "dashboard/words/numbers.py",
        "dashboard/picture/scales.py",
        "dashboard/words/texts/gaps.toml",
        "dashboard/site/template/style.css",
        "dashboard/page/gaps.py",
        "pipelines/methods/ranks.py",
        "data/schema.sql",
        "requirements.lock",
    ],
)
def test_whatever_can_shape_what_is_served_gives_another_version(
    file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folder in ("dashboard", "pipelines"):
        shutil.copytree(
            store.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    (tmp_path / "data").mkdir()
    for name in ("requirements.lock", "data/schema.sql"):
        shutil.copy(store.ROOT / name, tmp_path / name)
    first = version_of(store.ROOT, monkeypatch)
    try:
        assert first.startswith(f"{store.build()['id']}-")
        assert version_of(tmp_path, monkeypatch) == first  # not of where it stands
        with (tmp_path / file).open("a", encoding="utf-8") as out:
            out.write("\n")
        assert version_of(tmp_path, monkeypatch) != first
    finally:
        store.edition().kept.clear()
