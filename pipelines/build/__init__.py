"""Make the one DuckDB file of what was fetched: areas, places, checks, what is new, the edition."""
