"""Files nobody means well: by kind and seed, always the same. ``size`` 1 is the size of an attack."""

import io
import json
import sys
import zipfile
from collections.abc import Callable
from random import Random

from xlsxwriter import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
HEADER = ["external_id", "line", "question", "answer"]
CSV_HEADER = ",".join(HEADER).encode() + b"\n"
Maker = Callable[[Random, float], bytes]

SMALL = {
    "formulas",
    "something else",
    "old or with a password",
    "damaged XML",
    "billion laughs",
    "a file of the machine as an entity",
    "impossible places",
    "impossible values",
    "cut off",
    "bytes changed",
    "parts missing",
    "NUL",
    "any bytes",
    "cells that would run",
    "headers of no sense",
    "wrong shapes",
    "fields twice and fields unknown",
}
WORKBOOKS: dict[str, Maker] = {}
TABLES: dict[str, Maker] = {}
LINES: dict[str, Maker] = {}


def files(number: int) -> list[tuple[str, str, int]]:
    """Kind, suffix and seed of so many files: every kind once, then in turn those that vary and are small."""
    kinds = [
        (name, suffix)
        for makers, suffix in ((WORKBOOKS, "xlsx"), (TABLES, "csv"), (LINES, "jsonl"))
        for name in makers
    ]
    small = [kind for kind in kinds if kind[0] in SMALL]
    found = [(*kind, 0) for kind in kinds]
    while len(found) < number:
        found += [(*kind, len(found)) for kind in small]
    return found[:number]


def make(kind: str, seed: int, size: float = 1) -> bytes:
    """The bytes of one file."""
    maker = (WORKBOOKS | TABLES | LINES)[kind]
    return maker(Random(f"{kind} {seed}"), size)


def _kind(makers: dict[str, Maker], name: str) -> Callable[[Maker], Maker]:
    def keep(maker: Maker) -> Maker:
        makers[name] = maker
        return maker

    return keep


def good_workbook(rows: int = 3) -> bytes:
    """A workbook that is fine."""
    buffer = io.BytesIO()
    with Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number in range(1, rows + 1):
            sheet.write_row(number, 0, [f"n{number}", "CARD", f"问题{number}", "答"])
    return buffer.getvalue()


def _with(parts: dict[str, bytes], level: int = 6) -> bytes:
    """The good workbook with these parts put in."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good_workbook())) as good:
        kept = {name: good.read(name) for name in good.namelist()} | parts
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as file:
        for name, content in kept.items():
            file.writestr(name, content)
    return buffer.getvalue()


def _sheet(rows: bytes, before: bytes = b"", dimension: bytes = b"") -> bytes:
    header = b"".join(
        f'<c r="{column}1" t="inlineStr"><is><t>{name}</t></is></c>'.encode()
        for column, name in zip("ABCD", HEADER, strict=True)
    )
    begin = before + f'<worksheet xmlns="{MAIN}">'.encode() + dimension
    return begin + b'<sheetData><row r="1">' + header + b"</row>" + rows + b"</sheetData></worksheet>"


def _cells(chance: Random, number: int) -> bytes:
    """Rows of texts that do not pack well, so that no ratio gives them away."""
    return b"".join(
        b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>'
        % (row, row, chance.randbytes(6).hex().encode())
        for row in range(2, number + 2)
    )


LAUGHS = b'<!DOCTYPE a [<!ENTITY a0 "ha">%s]>' % b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)
ENTITY = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@_kind(WORKBOOKS, "zip bomb")
def _bomb(chance: Random, size: float) -> bytes:
    return _with({SHEET: b" " * int(chance.choice([200, 300, 400]) * 1_000_000 * size)}, level=1)


@_kind(WORKBOOKS, "bomb of many parts")
def _parts(_chance: Random, size: float) -> bytes:
    return _with({f"xl/media/{n}.png": b"\0" * int(100_000 * size) for n in range(2_500)}, level=1)


@_kind(WORKBOOKS, "lies about its size")
def _lies(_chance: Random, size: float) -> bytes:
    content = _with({SHEET: b" " * int(100_000_000 * size)}, level=1)
    return content.replace(int(100_000_000 * size).to_bytes(4, "little"), (10_000).to_bytes(4, "little"))


@_kind(WORKBOOKS, "macros")
def _macros(chance: Random, _size: float) -> bytes:
    return _with({"xl/vbaProject.bin": chance.randbytes(5000)})


@_kind(WORKBOOKS, "external links")
def _links(_chance: Random, _size: float) -> bytes:
    return _with({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})


@_kind(WORKBOOKS, "formulas")
def _formulas(chance: Random, _size: float) -> bytes:
    formula = chance.choice(
        ["1+1", 'HYPERLINK("http://x","y")', "WEBSERVICE('http://x')", "cmd|' /C calc'!A0"]
    )
    formula = formula.replace("&", "&amp;").replace('"', "&quot;")
    kind = chance.choice(["", ' t="array" ref="C2:C3"', ' t="shared" ref="C2:C3" si="0"', ' t="dataTable"'])
    row = f'<row r="2"><c r="C2"><f{kind}>{formula}</f><v>1</v></c></row>'
    return _with({SHEET: _sheet(row.encode())})


@_kind(WORKBOOKS, "1,000,000 rows")
def _many_rows(chance: Random, size: float) -> bytes:
    return _with({SHEET: _sheet(_cells(chance, int(1_000_000 * size)))}, level=1)


@_kind(WORKBOOKS, "1,000,000 empty rows")
def _empty_rows(_chance: Random, size: float) -> bytes:
    rows = b"".join(b'<row r="%d" ht="15"/>' % n for n in range(2, int(1_000_000 * size)))
    return _with({SHEET: _sheet(rows)})


@_kind(WORKBOOKS, "something else")
def _something_else(chance: Random, _size: float) -> bytes:
    begins = [
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"MZ",
        b"<html>",
        b"PK\x03\x04",
        b"",
        b"PK\x05\x06" + b"\0" * 18,
    ]
    return chance.choice(begins) + chance.randbytes(chance.randrange(1, 5000))


@_kind(WORKBOOKS, "old or with a password")
def _old(chance: Random, _size: float) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + chance.randbytes(20_000)


@_kind(WORKBOOKS, "damaged XML")
def _damaged(chance: Random, _size: float) -> bytes:
    sheet = _sheet(_cells(chance, 50))
    return _with({SHEET: sheet[: chance.randrange(1, len(sheet) - 1)]})


@_kind(WORKBOOKS, "billion laughs")
def _laughs(chance: Random, _size: float) -> bytes:
    part = chance.choice([SHEET, STRINGS, "xl/styles.xml", "xl/workbook.xml"])
    if part == SHEET:
        row = b'<row r="2"><c r="A2" t="inlineStr"><is><t>&a11;</t></is></c></row>'
        return _with({SHEET: _sheet(row, LAUGHS)})
    return _with({part: LAUGHS + b"<sst><si><t>&a11;</t></si></sst>"})


@_kind(WORKBOOKS, "a file of the machine as an entity")
def _entity(chance: Random, _size: float) -> bytes:
    row = b'<row r="2"><c r="C2" t="inlineStr"><is><t>&x;</t></is></c></row>'
    part = chance.choice([SHEET, STRINGS])
    return _with({part: _sheet(row, ENTITY) if part == SHEET else ENTITY + b"<sst><si><t>&x;</t></si></sst>"})


@_kind(WORKBOOKS, "huge shared strings")
def _strings(chance: Random, size: float) -> bytes:
    items = b"".join(
        b"<si><t>%s</t></si>" % chance.randbytes(6).hex().encode() for _ in range(int(1_500_000 * size))
    )
    row = b'<row r="2"><c r="C2" t="s"><v>7</v></c></row>'
    table = f'<sst xmlns="{MAIN}">'.encode() + items + b"</sst>"
    return _with({STRINGS: table, SHEET: _sheet(row)}, level=1)


@_kind(WORKBOOKS, "deep nesting")
def _deep(chance: Random, size: float) -> bytes:
    depth = int(chance.choice([10_000, 300_000]) * size) + 10
    inside = b"<is>" * depth + b"</is>" * depth
    return _with({SHEET: _sheet(b'<row r="2"><c r="C2" t="inlineStr">' + inside + b"</c></row>")})


@_kind(WORKBOOKS, "huge dimension")
def _dimension(chance: Random, _size: float) -> bytes:
    return _with({SHEET: _sheet(_cells(chance, 2), dimension=b'<dimension ref="A1:XFD1048576"/>')})


@_kind(WORKBOOKS, "impossible places")
def _places(chance: Random, _size: float) -> bytes:
    place = chance.choice(["ZZZZZ2", "A99999999999", "2", "", "A0", "A-1", "XFE2", "\u4e00"])
    row = chance.choice(["2", "99999999999", "-5", "x", ""])
    cell = f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>a</t></is></c></row>'
    return _with({SHEET: _sheet(cell.encode())})


@_kind(WORKBOOKS, "impossible values")
def _values(chance: Random, _size: float) -> bytes:
    value = chance.choice(["1e308", "NaN", "-1e308", "9" * 5000, "x", "", "1e999", "2958466", "-693594"])
    kind = chance.choice(
        ["", ' t="n"', ' t="s"', ' t="d"', ' t="b"', ' t="e"', ' t="q"', ' s="1"', ' s="999"']
    )
    return _with({SHEET: _sheet(f'<row r="2"><c r="C2"{kind}><v>{value}</v></c></row>'.encode())})


@_kind(WORKBOOKS, "cut off")
def _cut(chance: Random, _size: float) -> bytes:
    good = good_workbook()
    return good[: chance.randrange(1, len(good))]


@_kind(WORKBOOKS, "bytes changed")
def _changed(chance: Random, _size: float) -> bytes:
    good = bytearray(good_workbook())
    for _ in range(chance.randrange(1, 30)):
        good[chance.randrange(len(good))] = chance.randrange(256)
    return bytes(good)


@_kind(WORKBOOKS, "names that climb out")
def _climbing(_chance: Random, _size: float) -> bytes:
    return _with({"../../../../tmp/climbed.txt": b"x", "/tmp/climbed.txt": b"x", "xl/../../x": b"x"})


@_kind(WORKBOOKS, "parts missing")
def _missing(chance: Random, _size: float) -> bytes:
    part = chance.choice(["xl/workbook.xml", SHEET, "[Content_Types].xml", "xl/_rels/workbook.xml.rels"])
    return _with({part: chance.choice([b"", b"<a/>", b"\xff\xfe"])})


@_kind(WORKBOOKS, "1,000,000 formats")
def _formats(_chance: Random, size: float) -> bytes:
    formats = b"".join(b'<xf numFmtId="%d"/>' % n for n in range(int(1_000_000 * size)))
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs>'.encode() + formats + b"</cellXfs></styleSheet>"
    return _with({"xl/styles.xml": styles})


@_kind(WORKBOOKS, "a huge cell")
def _huge_cell(chance: Random, size: float) -> bytes:
    text = chance.randbytes(int(15_000_000 * size)).hex().encode()
    return _with(
        {SHEET: _sheet(b'<row r="2"><c r="C2" t="inlineStr"><is><t>' + text + b"</t></is></c></row>")}
    )


@_kind(WORKBOOKS, "as wide as can be")
def _wide(_chance: Random, _size: float) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        for column in range(16_384):
            sheet.write_string(0, column, f"c{column}")
            sheet.write_string(1, column, "x")
    return buffer.getvalue()


@_kind(TABLES, "NUL")
def _nul(chance: Random, _size: float) -> bytes:
    return CSV_HEADER + b"a,CARD," + b"\0" * chance.randrange(1, 5000) + b",\n"


@_kind(TABLES, "a quote without end")
def _quote(chance: Random, size: float) -> bytes:
    line = chance.choice([b"abc,\n", b"\n", b'""\n', "问题\n".encode()])
    return CSV_HEADER + b'a,CARD,"' + line * int(12_000_000 * size / len(line))


@_kind(TABLES, "1,000,000 rows of a table")
def _table_rows(_chance: Random, size: float) -> bytes:
    return CSV_HEADER + b"".join(b"n%d,CARD,q\n" % n for n in range(int(1_000_000 * size)))


@_kind(TABLES, "1,000,000 good rows")
def _good_rows(_chance: Random, size: float) -> bytes:
    return CSV_HEADER + b"".join(b"%d,CARD,q,\n" % n for n in range(int(1_000_000 * size)))


@_kind(TABLES, "one long line")
def _long_line(chance: Random, size: float) -> bytes:
    return CSV_HEADER + b"a,CARD," + chance.choice([b"x", b",", b'"', b"'"]) * int(15_000_000 * size)


@_kind(TABLES, "as many columns")
def _columns(_chance: Random, size: float) -> bytes:
    return b",".join(b"c%d" % n for n in range(int(200_000 * size))) + b"\n1\n"


@_kind(TABLES, "no encoding we know")
def _encoding(chance: Random, size: float) -> bytes:
    text = ",".join(HEADER) + "\na,CARD,怎么挂失,答\n" * int(10_000 * size)
    encoding = chance.choice(["utf-16", "utf-32", "big5", "utf-7", "cp037"])
    return text.encode(encoding, errors="replace")


@_kind(TABLES, "broken UTF-8")
def _broken(chance: Random, size: float) -> bytes:
    line = (
        "a,CARD,怎么挂失怎么挂失,答".encode() + chance.choice([b"\xff", b"\xe5\x8d", b"\xed\xa0\x80"]) + b"\n"
    )
    return CSV_HEADER + line * int(300_000 * size)


@_kind(TABLES, "any bytes")
def _any_bytes(chance: Random, size: float) -> bytes:
    return chance.randbytes(int(chance.choice([100, 5000, 5_000_000]) * size) + 1)


@_kind(TABLES, "cells that would run")
def _running(chance: Random, _size: float) -> bytes:
    cell = chance.choice(["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "'=1", "＝1"])
    quoted = cell.replace('"', '""')
    return CSV_HEADER + f'a,CARD,"问{quoted}","{quoted}"\n'.encode()


@_kind(TABLES, "headers of no sense")
def _headers(chance: Random, _size: float) -> bytes:
    return chance.choice(
        [b"\n" * 1000, b"question,question\n1,2\n", b",,,\n1,2,3,4\n", b"\xef\xbb\xbf" * 100, b'"']
    )


@_kind(LINES, "nesting")
def _nesting(chance: Random, size: float) -> bytes:
    opening = chance.choice([b"[", b'{"question":', b'{"a":[', b'{"variants":['])
    return opening * int(3_000_000 * size / len(opening))


@_kind(LINES, "nesting in many lines")
def _nesting_lines(_chance: Random, size: float) -> bytes:
    return (b'{"question":' + b"[" * 2000 + b"]" * 2000 + b"}\n") * int(3_000 * size)


@_kind(LINES, "1,000,000 lines of nothing")
def _bad_lines(chance: Random, size: float) -> bytes:
    return chance.choice([b"x\n", b"{}\n", b"[]\n", b"null\n", b'"\n']) * int(1_000_000 * size)


@_kind(LINES, "a number of a million digits")
def _digits(_chance: Random, size: float) -> bytes:
    return b'{"external_id": ' + b"9" * int(1_000_000 * size) + b', "question": "q", "line": "CARD"}\n'


@_kind(LINES, "one long text")
def _long_text(_chance: Random, size: float) -> bytes:
    return b'{"question": "' + b"q" * int(15_000_000 * size) + b'"}\n'


@_kind(LINES, "wrong shapes")
def _shapes(chance: Random, _size: float) -> bytes:
    value = chance.choice(
        [1, 1e308, True, None, {"a": 1}, [[["x"]]], "\ud800", "\0", float("nan"), float("inf")]
    )
    field = chance.choice(
        ["question", "external_id", "variants", "key_points", "is_restricted", "valid_until"]
    )
    row = {"external_id": "a", "line": "CARD", "question": "q", field: value}
    return json.dumps(row).encode() + b"\n"


@_kind(LINES, "fields twice and fields unknown")
def _fields(chance: Random, _size: float) -> bytes:
    unknown = ",".join(f'"k{n}": 1' for n in range(chance.choice([1, 50_000])))
    return b'{"question": "a", "question": "b"}\n{' + unknown.encode() + b"}\n"


@_kind(LINES, "a list of a million")
def _long_list(chance: Random, size: float) -> bytes:
    item = chance.choice([b'"a"', b"[]", b"{}", b"1"])
    return b'{"question": "q", "similar_questions": [' + b",".join([item] * int(900_000 * size)) + b"]}\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(make(sys.argv[1], int(sys.argv[2])))
