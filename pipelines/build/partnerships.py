"""The networks in `data/partnerships/`, one CSV file per municipality that publishes its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines import PipelineError
from pipelines.catalogue import ROOT
from pipelines.methods.partnership import SOURCE, Network, read

FOLDER = ROOT / "data" / "partnerships"
REFUSED = (
    "domain",
    "postcode",
    "undated",
    "either",
    "differs",
)  # taken of a reader, not to publish


def published() -> dict[str, Network]:
    """The networks by id of their source, in order of file name."""
    return {f"{SOURCE}_{file.stem}": network(file) for file in sorted(FOLDER.glob("*.csv"))}


def network(file: Path) -> Network:
    """The network of a file. Raises PipelineError that names every row that is wrong, and all that
    a reader would be asked: who publishes says what is meant.
    """
    supplied = read(file.read_bytes(), f"{SOURCE}_{file.stem}")
    faults = [
        f"row {f.row}, {f.column}: {f.reason} {f.value!r}" if f.row else f"{f.reason} {f.value}"
        for f in supplied.faults
    ]
    unclear = [*supplied.questions, *(n for n in supplied.notes if n.reason in REFUSED)]
    faults += [f"{n.reason} ({n.count}): {', '.join(n.examples)}" for n in unclear]
    faults += ["a row without source"] * any(not a["said"] for a in supplied.actors)
    if faults:
        raise PipelineError(f"{file.name}: {'; '.join(faults)}")
    return supplied


def source(network: Network) -> dict[str, Any]:
    """The row of table `source` of a network, without its id."""
    where = "; ".join(sorted({a["said"] for a in network.actors})[:3])
    about = {
        "title": where,
        "publisher": where,
        "attribution": where,
        "licence": "CC0-1.0",
        "url": "",
        "via": "file",
    }
    retrieved = datetime.now(UTC).isoformat(timespec="seconds")
    rows = len(network.ties) + len(network.actors)
    return {**about, "cadence": "supplied", "retrieved": retrieved, "rows": rows}
