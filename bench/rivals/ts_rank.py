"""PostgreSQL's own full-text search: a tsvector of jieba's words, a GIN index, ts_rank."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from bench.rivals.base import FOUND, line_of, main_text, words
from search.engines.base import Document

TABLE = """
DROP TABLE IF EXISTS bench_ts_rank;
CREATE TABLE bench_ts_rank (id bigint PRIMARY KEY, line integer NOT NULL, words tsvector NOT NULL);
"""
INDEX = """
CREATE INDEX ON bench_ts_rank USING gin (words);
CREATE INDEX ON bench_ts_rank (line);
"""
VECTOR = "setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'D')"
INSERT = f"INSERT INTO bench_ts_rank VALUES (%s, %s, {VECTOR})"
UPDATE = f"UPDATE bench_ts_rank SET line = %s, words = {VECTOR} WHERE id = %s"
SEARCH = """
SELECT id FROM bench_ts_rank, to_tsquery('simple', %s) AS asked
WHERE words @@ asked{line} ORDER BY ts_rank('{{0.2, 0.2, 1, 1}}', words, asked) DESC LIMIT {found}
"""
ANYWHERE, IN_LINE = SEARCH.format(line="", found=FOUND), SEARCH.format(line=" AND line = %s", found=FOUND)


class TsRank:
    """Any of the words; the answer weighs a fifth."""

    def __init__(self, directory: Path) -> None:
        del directory

    def build(self, documents: Sequence[Document]) -> None:
        with connection.cursor() as database:
            database.execute(TABLE)
            database.executemany(INSERT, [_row(document) for document in documents])
            database.execute(INDEX)
            database.execute("VACUUM ANALYZE bench_ts_rank")

    def open(self, documents: Sequence[Document]) -> None:
        del documents
        connection.ensure_connection()

    def cut(self, text: str) -> Any:
        return " | ".join(f"'{word}'" for word in dict.fromkeys(words(text)))

    def search(self, cut: Any, line: int | None) -> list[int]:
        if not cut:
            return []
        sql, values = (ANYWHERE, [cut]) if line is None else (IN_LINE, [cut, line])
        with connection.cursor() as database:
            database.execute(sql, values)
            return [key for (key,) in database.fetchall()]

    def replace(self, document: Document) -> None:
        key, line, main, answer = _row(document)
        with connection.cursor() as database:
            database.execute(UPDATE, [line, main, answer, key])

    def told(self) -> dict[str, float]:
        with connection.cursor() as database:
            database.execute("SELECT pg_total_relation_size('bench_ts_rank')")
            return {"tables_mb": database.fetchone()[0] / 1e6}


def _row(document: Document) -> tuple[int, int, str, str]:
    main, answer = words(main_text(document)), words(document.answer)
    return document.id, line_of(document), " ".join(main), " ".join(answer)
