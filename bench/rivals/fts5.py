"""SQLite's full-text search over jieba's words, one file, in the process that asks."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.rivals.base import ANSWER_WEIGHT, FOUND, line_of, main_text, words
from search.engines.base import Document

TABLE = """
CREATE VIRTUAL TABLE entry USING fts5(main, answer, line UNINDEXED, tokenize = "unicode61 tokenchars '-_'")
"""
INSERT = "INSERT INTO entry (rowid, main, answer, line) VALUES (?, ?, ?, ?)"
SEARCH = "SELECT rowid FROM entry WHERE entry MATCH ?{line} ORDER BY bm25(entry, 1.0, {answer}) LIMIT {found}"
ANYWHERE = SEARCH.format(line="", answer=ANSWER_WEIGHT, found=FOUND)
IN_LINE = SEARCH.format(line=" AND line = ?", answer=ANSWER_WEIGHT, found=FOUND)


class Fts5:
    """Two weighted fields, any of the words, the line as a column beside them."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / "fts5.sqlite"

    def build(self, documents: Sequence[Document]) -> None:
        self.open(documents)
        with self._database:
            self._database.execute(TABLE)
            self._database.executemany(INSERT, map(_row, documents))
        self._database.close()

    def open(self, documents: Sequence[Document]) -> None:
        del documents
        self._database = sqlite3.connect(self._path)
        self._database.execute("PRAGMA journal_mode = WAL")

    def cut(self, text: str) -> Any:
        return " OR ".join(f'"{word}"' for word in dict.fromkeys(words(text)))

    def search(self, cut: Any, line: int | None) -> list[int]:
        if not cut:
            return []
        sql, values = (ANYWHERE, [cut]) if line is None else (IN_LINE, [cut, line])
        return [rowid for (rowid,) in self._database.execute(sql, values)]

    def replace(self, document: Document) -> None:
        with self._database:
            self._database.execute("DELETE FROM entry WHERE rowid = ?", [document.id])
            self._database.execute(INSERT, _row(document))

    def told(self) -> dict[str, float]:
        return {}


def _row(document: Document) -> tuple[int, str, str, int]:
    return (
        document.id,
        " ".join(words(main_text(document))),
        " ".join(words(document.answer)),
        line_of(document),
    )
