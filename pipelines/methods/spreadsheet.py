"""The table in a file as people have it: a workbook (XLSX, ODS, XLS), or text in any separator,
encoding and line end, with titles above it and empty columns beside it.

What had to be passed over to read it is told as notes, what cannot be read as faults. No file is
opened: bytes in, a table out.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipelines.methods import apart

MOST_ROWS, MOST_BYTES, MOST_UNPACKED = 100_000, 20_000_000, 150_000_000
MOST_COLUMNS, LOOKED_AT = 200, 30  # lines in which the separator and the names are looked for
SEPARATORS = ",;\t|"
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

_TOLD = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)  # tells Excel, and is no row there
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]+)([0-9]+)"')
_MARKS = {
    b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}  # fmt: skip

Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Fault:
    """Why a row (or with row 0 the file) is left out, with the column and the value.

    Rows are numbered as a spreadsheet does: a blank row counts.
    """

    reason: str
    row: int = 0
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Note:
    """How often something was passed over, changed or is to be asked, with a few examples."""

    reason: str
    count: int = 1
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A table: `names` of its columns, and rows of as many cells with their number."""

    names: tuple[str, ...]
    rows: list[tuple[int, tuple[str, ...]]]
    faults: list[Fault]
    notes: list[Note]


class UnreadableError(ValueError):
    """There is no table in the file; `fault` is why."""

    def __init__(self, reason: str, row: int = 0, value: str = "") -> None:
        super().__init__(reason)
        self.fault = Fault(reason, row, value=value)


def sheet(body: bytes, known: Callable[[str], bool]) -> Sheet:
    """The table in a file; its names are in the first line that has most names that are `known`.

    Raises UnreadableError.
    """
    if len(body) > MOST_BYTES:
        raise UnreadableError("bytes", value=f"{len(body):,}")
    notes: list[Note] = []
    if body.startswith((WORKBOOK, OLD_WORKBOOK)):
        lines, is_whole = _of_workbook(body, known, notes), True
    else:
        lines, is_whole = _of_text(body, notes)
    if not lines:
        raise UnreadableError("empty")
    return _headed(lines, known, is_whole, notes)


def decoded(body: bytes) -> tuple[str, str]:
    """The text without marks, and as what it was read: as its mark says, else UTF-8, else as older
    spreadsheets write. Raises UnreadableError.
    """
    marked = next((name for mark, name in _MARKS.items() if body.startswith(mark)), None)
    start = body[:200]
    if marked:
        names: tuple[str, ...] = (marked,)
    elif start[1::2].count(0) > len(start) // 4:
        names = ("utf-16-le",)
    elif start[::2].count(0) > len(start) // 4:
        names = ("utf-16-be",)
    else:
        names = ("utf-8", "cp1252")
    for name in names:
        try:
            text = body.decode(name).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, name
    raise UnreadableError("encoding")


def _of_text(body: bytes, notes: list[Note]) -> tuple[list[Line], bool]:
    """The lines of a text, and whether quotes part its cells as they should."""
    text, encoding = decoded(body)
    if encoding == "cp1252":
        notes.append(Note("encoding", 1, (encoding,)))
    if told := _TOLD.match(text):
        text, separator = text[told.end() :], told[1]
    else:
        separator = max(SEPARATORS, key=lambda s: _fit(text, s))
    lines: list[Line] = []
    try:
        for number, cells in enumerate(_reader(text, separator, strict=True), 1):
            lines.append((number, cells))
            _bound(lines)
        return [line for line in lines if _is_filled(line[1])], True
    except csv.Error:  # a name that begins with a quote: line by line, as it stands there
        lines = []
    quoted = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            cells = next(_reader(line, separator, strict=True), [])
        except csv.Error:
            cells = line.split(separator)
            quoted.append(str(number))
        lines.append((number, cells))
        _bound(lines)
    notes.append(Note("quotes", len(quoted), tuple(quoted[:3])))
    return [line for line in lines if _is_filled(line[1])], False


def _bound(lines: Sequence[Line]) -> None:
    if len(lines[-1][1]) > MOST_COLUMNS and _is_filled(lines[-1][1][MOST_COLUMNS:]):
        raise UnreadableError("wide", lines[-1][0], f"{len(lines[-1][1]):,}")


def _reader(text: str, separator: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)


def _fit(text: str, separator: str) -> tuple[int, int]:
    """How well a separator parts the first lines: how many are as wide as most, and how wide."""
    head = "\n".join(islice((s for s in text[:50_000].splitlines() if s.strip()), LOOKED_AT))
    try:
        widths = Counter(len(cells) for cells in _reader(head, separator, strict=False))
    except csv.Error:
        return (0, 0)
    width, lines = max(widths.items(), key=lambda w: (w[0] > 1, w[1], w[0]), default=(0, 0))
    return (lines, width) if width > 1 else (0, 0)


def _of_workbook(body: bytes, known: Callable[[str], bool], notes: list[Note]) -> list[Line]:
    """The lines of the sheet with most known names, else of the first that has any.

    A few bytes of a workbook can unpack to gigabytes, or put one cell in the last row of the last
    column: both are looked for before it is read.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        if _is_apart(body):
            return _best(apart.sheets(body), known, notes)
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise UnreadableError("bytes", value=f"> {MOST_UNPACKED:,}")
            for name in archive.namelist():
                part = archive.read(name)  # no more than it says, and as its checksum says
                if "worksheets/" in name:
                    _bound_area(part)
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        rows = {
            n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names
        }
        return _best({n: [[*map(apart.text, r)] for r in rows[n]] for n in rows}, known, notes)
    except PasswordError as e:
        raise UnreadableError("password") from e
    except apart.ApartError as e:
        raise UnreadableError(e.reason) from e
    except (
        zipfile.BadZipFile, zlib.error, CalamineError, ValueError, KeyError, RuntimeError, OSError, EOFError
    ) as e:  # fmt: skip
        if isinstance(e, UnreadableError):
            raise
        raise UnreadableError("workbook") from e


def _is_apart(body: bytes) -> bool:
    """Whether a workbook is read in a process of its own: XLS, and what is zipped but no XLSX."""
    if body.startswith(OLD_WORKBOOK):
        return True
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "[Content_Types].xml" not in archive.namelist() or any(
            name.endswith(".bin") and "worksheets/" in name for name in archive.namelist()
        )


def _best(
    sheets: dict[str, list[list[str]]], known: Callable[[str], bool], notes: list[Note]
) -> list[Line]:
    """The lines in which something stands of the sheet with most known names."""
    numbered = {name: enumerate(rows, 1) for name, rows in sheets.items()}
    filled = {
        name: lines
        for name, rows in numbered.items()
        if (lines := [(number, row) for number, row in rows if _is_filled(row)])
    }
    if not filled:
        return []

    def names(name: str) -> int:
        return max(sum(map(known, line)) for _, line in filled[name][:LOOKED_AT])

    chosen = max(filled, key=names)
    if others := [name for name in filled if name != chosen]:
        notes.append(Note("sheets", len(others), tuple(others[:3])))
    for line in filled[chosen]:
        _bound([line])
    return filled[chosen]


def _bound_area(part: bytes) -> None:
    """Raises UnreadableError for a sheet with more rows or columns than are read."""
    for column, row in _CELL.findall(part):
        at = 0
        for letter in column:
            at = at * 26 + letter - 64
        if at > MOST_COLUMNS:
            raise UnreadableError("wide", int(row), f"{at:,}")
        if int(row) > 2 * MOST_ROWS:
            raise UnreadableError("rows", value=row.decode())


def _is_filled(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _headed(
    lines: list[Line], known: Callable[[str], bool], is_whole: bool, notes: list[Note]
) -> Sheet:
    """Names and rows of lines that have both, and maybe a title above them."""

    def names_in(line: Line) -> int:
        return sum(map(known, _parted(line[1])))

    first = lines[:LOOKED_AT]
    head = max(first, key=names_in)
    if not names_in(head):  # nothing that we know: the first line that is no title
        head = next((line for line in first if sum(map(bool, line[1])) > 1), first[0])
    above = lines.index(head)
    if above:
        notes.append(
            Note("above", above, tuple(" ".join(filter(None, c)) for _, c in lines[:above][:3]))
        )
    names = [name.strip() for name in _parted(head[1])]
    is_parted = len(names) > 1 == sum(map(bool, head[1]))
    rows: list[tuple[int, list[str]]] = []
    faults: list[Fault] = []
    width = len(names)
    for number, line in lines[above + 1 :]:
        if is_parted and _is_filled(line) and not _is_filled(line[1:]):
            parted = _parted(line)
            line = parted if len(parted) == width else line
        if _is_filled(line[width:]) or (len(line) < width and not is_whole):
            faults.append(Fault("cells", number, value=str(len(line))))
            continue
        rows.append((number, [*line[:width], *[""] * (width - len(line))]))
    if (not rows and not faults) or len(rows) > MOST_ROWS:
        raise UnreadableError("rows", value=f"{len(rows):,}")
    kept = [at for at, name in enumerate(names) if name or any(row[at].strip() for _, row in rows)]
    if empty := width - len(kept):
        notes.append(Note("empty", empty))
    counts: Counter[str] = Counter()
    unique = []
    for at in kept:
        name = names[at] or f"({at + 1})"
        counts[name] += 1
        unique.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    cut = [(number, tuple(row[at] for at in kept)) for number, row in rows]
    return Sheet(tuple(unique), cut, faults, notes)


def _parted(line: list[str]) -> list[str]:
    """The cells of a line; those that a spreadsheet left together in the first are parted."""
    if _is_filled(line[1:]):
        return line
    separator = max(SEPARATORS, key=line[0].count)
    try:
        return next(_reader(line[0], separator, strict=False), line)
    except csv.Error:
        return line
