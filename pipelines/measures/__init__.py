"""What we compute ourselves from what the sources publish; one file each, run by the build.

A file has `TITLE`, `measure(tables, catalogue)`, which gives the tables that it makes, and
`used(found, tables, catalogue)`, which gives the sources that those rest on: whom to credit, and
under which licence. `AFTER` names the measures whose tables it reads.
"""
