"""What a schema in SQL declares of each table: columns, keys, references, rules and what it is
about.

Read by DuckDB itself, in an empty database. A build and the dashboard read `data/schema.sql` so.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Table:
    """A table as declared."""

    columns: dict[str, str]  # type by name
    meaning: str
    key: tuple[str, ...]  # columns that no two rows have in common; none where rows may be alike
    references: dict[str, str]  # the table of whose key a column is one, by column
    rules: dict[
        str, tuple[str, ...]
    ]  # conditions on a row as SQL, and their columns; a blank outcome breaks none

    @property
    def definition(self) -> str:
        """The columns, as in CREATE TABLE: without an index for each key, which a table read whole
        has no use for.
        """
        return ", ".join(f"{name} {kind}" for name, kind in self.columns.items())


def tables(sql: str) -> dict[str, Table]:
    """The tables of a schema, in its order. Raises duckdb.Error for what is no SQL."""
    with duckdb.connect() as con:
        con.execute(sql)
        declared = con.execute(
            "SELECT table_name, comment FROM duckdb_tables() ORDER BY table_oid"
        ).fetchall()
        columns: dict[str, dict[str, str]] = {name: {} for name, _ in declared}
        for table, column, kind in con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"
        ).fetchall():
            columns[table][column] = kind
        constraints = con.execute(
            """SELECT table_name, constraint_type, constraint_column_names, referenced_table, expression
               FROM duckdb_constraints() ORDER BY table_oid, constraint_index"""
        ).fetchall()
    out = {}
    for name, meaning in declared:
        declarations = [row[1:] for row in constraints if row[0] == name]
        out[name] = Table(
            columns[name],
            meaning or "",
            next(
                (
                    tuple(names)
                    for kind, names, *_ in declarations
                    if kind in ("PRIMARY KEY", "UNIQUE")
                ),
                (),
            ),
            {names[0]: other for kind, names, other, _ in declarations if kind == "FOREIGN KEY"},
            {
                rule if kind == "CHECK" else f"{names[0]} IS NOT NULL": tuple(names)
                for kind, names, _, rule in declarations
                if kind in ("CHECK", "NOT NULL")
            },
        )
    return out
