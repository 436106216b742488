"""The ideas that Cultuuratlas is made from (`data/ideas.toml`), and for how much of the country
there is something of each: counted in an edition, written as `docs/ideas.md`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import duckdb
from pydantic import ValidationError

from pipelines.build.edition import FOLDER
from pipelines.catalogue import ROOT, CatalogueError
from pipelines.entries import Entry

FILE = ROOT / "data" / "ideas.toml"
PAGE = ROOT / "docs" / "ideas.md"
LEVELS = ("gemeente", "wijk", "buurt")
SORTS = {"indicators": "figures", "kinds": "places", "ties": "ties", "tables": "our own table"}
HEAD = "municipalities | districts | neighbourhoods"

# Of every id the areas with a figure, place, tie or row of it, and whose it is. A place counts for the
# areas around it too; a figure does not. A tie of a postcode is of every area that it is in.
AREAS = """
    WITH point AS (
      SELECT id, area FROM place UNION ALL SELECT id, area FROM actor
      UNION ALL SELECT 'postcode:' || name, area FROM alias WHERE kind = 'postcode'),
    inside AS (
      SELECT 'kinds' AS sort, kind AS id, area, source FROM place
      UNION ALL SELECT 'ties', t.kind, p.area, t.source FROM tie t JOIN point p ON p.id = t.a
      UNION ALL SELECT 'ties', t.kind, p.area, t.source FROM tie t JOIN point p ON p.id = t.b),
    every AS (
      SELECT 'indicators' AS sort, o.indicator AS id, o.area, i.source
        FROM observation o JOIN indicator i ON i.id = o.indicator WHERE o.value IS NOT NULL
      UNION ALL SELECT i.sort, i.id,
          unnest([a.code, a.municipality, CASE WHEN a.level = 'buurt' THEN a.parent END]), i.source
        FROM (SELECT DISTINCT * FROM inside) i JOIN area a ON a.code = i.area {tables})
    SELECT e.sort, e.id, a.code, a.level, list(DISTINCT s.publisher ORDER BY s.publisher) AS publishers
    FROM (FROM every WHERE id IN ?) e JOIN area a ON a.code = e.area JOIN source s ON s.id = e.source
    GROUP BY e.sort, e.id, a.code, a.level"""
OF_TABLE = " UNION ALL SELECT 'tables', '{0}', area, 'access' FROM {0}"  # all that we compute


class Idea(Entry):
    """An idea: its screens by address, what it rests on, and what is missing."""

    number: int
    name_nl: str
    name_en: str
    screens: dict[str, str]
    indicators: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    missing: str

    @property
    def rests_on(self) -> list[tuple[str, str]]:
        """What it rests on, as pairs of sort and id."""
        return [(sort, each) for sort in SORTS for each in getattr(self, sort)]


def load(file: Path = FILE) -> list[Idea]:
    """The ideas in their order. Raises CatalogueError naming the file and what is wrong in it."""
    try:
        ideas = [Idea.model_validate(i) for i in tomllib.loads(file.read_text("utf-8"))["idea"]]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as e:
        raise CatalogueError(f"{file.name}: cannot be read as ideas: {e}") from e
    except ValidationError as e:
        first = e.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise CatalogueError(f"{file.name}: {where}: {first['msg']}") from e
    if [i.number for i in ideas] != [*range(1, len(ideas) + 1)]:
        raise CatalogueError(
            f"{file.name}: the numbers are not 1, 2, 3 and so on; put them in order"
        )
    return ideas


def readable(ideas: list[Idea], folder: Path = FOLDER) -> str:
    """The ideas as Markdown, for `docs/ideas.md`, counted in the edition in `folder`.

    Raises CatalogueError when the edition has no such indicator, kind, tie or table.
    """
    areas, publishers, size = _counted(ideas, folder)
    out = [
        "# Ideas",
        "",
        "The ideas that Cultuuratlas is made from, and for how much of the country there is something of each. Written",
        "from `data/ideas.toml` and the embedded edition by `make catalogue`; do not edit.",
        "",
        "Counted are the areas with a value or place of at least one thing that an idea rests on, and after the stroke",
        "those with all of it. An area without is one of which our sources know nothing: that is no lack of culture.",
        "",
        f"| idea | {HEAD} |",
        "|---|---|---|---|",
        f"| *all there are* | {' | '.join(f'{n:,}' for n in size.values())} |",
    ]
    for idea in ideas:
        of_each = [areas.get(key, {}) for key in idea.rests_on]
        cells = []
        for level in LEVELS:
            sets = [of.get(level, set()) for of in of_each]
            cells.append(f"{len(set.union(*sets)):,} / {len(set.intersection(*sets)):,}")
        out.append(f"| {idea.number}. {idea.name_en} | {' | '.join(cells)} |")
    for idea in ideas:
        out += ["", *_section(idea, areas, publishers)]
    return "\n".join(out) + "\n"


Areas = dict[tuple[str, str], dict[str, set[str]]]


def _counted(
    ideas: list[Idea], folder: Path
) -> tuple[Areas, dict[tuple[str, str], set[str]], dict[str, int]]:
    """By sort and id the areas per level and the publishers, and how many areas each level has."""
    areas: Areas = {}
    publishers: dict[tuple[str, str], set[str]] = {}
    tables = sorted({table for i in ideas for table in i.tables})
    with duckdb.connect() as con:
        for file in sorted(folder.glob("*.parquet")):
            con.execute(f"CREATE VIEW {file.stem} AS FROM '{file}'")
        try:
            query = AREAS.format(tables="".join(map(OF_TABLE.format, tables)))
            counted = con.execute(query, [[name for i in ideas for _, name in i.rests_on]])
        except duckdb.Error as e:
            raise CatalogueError(f"{FILE.name}: cannot be counted: {e}") from e
        for sort, name, code, level, of in counted.fetchall():
            areas.setdefault((sort, name), {}).setdefault(level, set()).add(code)
            publishers.setdefault((sort, name), set()).update(of)
        size = {
            level: con.execute("SELECT count(*) FROM area WHERE level = ?", [level]).fetchall()[0][
                0
            ]
            for level in LEVELS
        }
    for idea in ideas:
        for sort, name in idea.rests_on:
            if (sort, name) not in areas:
                raise CatalogueError(
                    f"{FILE.name}: idea {idea.number}: no area has any of {name!r} of its {sort}; "
                    "take it out, or put its id right"
                )
    return areas, publishers, size


def _section(idea: Idea, areas: Areas, publishers: dict[tuple[str, str], set[str]]) -> list[str]:
    """An idea: where it is on screen, for how much of the country, and what is missing."""
    screens = "; ".join(f"{name} (`{address}`)" for address, name in idea.screens.items())
    out = [
        f"## {idea.number}. {idea.name_en}",
        "",
        f"*{idea.name_nl}.*",
        "",
        f"**On screen:** {screens}.",
        "",
        f"| rests on | of | publishers | country | {HEAD} |",
        "|---|---|---|---|---|---|---|",
    ]
    for sort, name in idea.rests_on:
        codes = areas[sort, name]
        country = "yes" if codes.get("land") else "no"
        counts = " | ".join(f"{len(codes.get(level, ())):,}" for level in LEVELS)
        who = "; ".join(sorted(publishers[sort, name]))
        out.append(f"| `{name}` | {SORTS[sort]} | {who} | {country} | {counts} |")
    return [*out, "", f"**What is missing:** {idea.missing}"]
