"""An index made of rows: nothing local, and every node and read replica sees the same.

The fallback when a node's own index is missing, and the default engine of sites with many web nodes. BM25 is
worked out in SQL by the rules of ``bm25`` and ``terms``, so it ranks like the others. It needs no contrib
extension.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.utils import DatabaseError, InterfaceError

from search.engines import bm25
from search.engines.base import Changes, Cursor, Document, EngineUnavailableError, FoundBy, Match, Query
from search.engines.terms import SCORED_FIELDS, index_terms, query_filters, query_terms
from search.tokenizer import exact_key

NUMBER_OF_FIELD = {name: number for number, name in enumerate(SCORED_FIELDS)}

SEARCH = """
WITH wanted AS (
    SELECT * FROM unnest(%(terms)s::text[], %(fields)s::smallint[], %(weights)s::float8[])
                  AS w (term, field, weight)
), held AS (
    SELECT p.entry_id, p.frequency, p.length, w.field, w.weight,
           count(*) OVER (PARTITION BY w.term, w.field) AS with_term
    FROM wanted w JOIN search_posting p ON p.term = w.term AND p.field = w.field
), scored AS (
    SELECT h.entry_id,
           sum(h.weight * (ln(s.documents::float8 / (h.with_term + 1)) + 1)
               * h.frequency * (%(k1)s::float8 + 1)
               / (h.frequency + %(k1)s::float8
                  * (1 - %(b)s::float8 + %(b)s::float8 * h.length / s.averages[h.field + 1]))) AS score
    FROM held h CROSS JOIN search_indexstate s
    GROUP BY h.entry_id
)
SELECT d.entry_id, coalesce(s.score, 0),
       CASE WHEN d.question_key = %(key)s THEN 0 WHEN %(key)s = ANY (d.similar_keys) THEN 1 ELSE 2 END AS tier
FROM search_document d LEFT JOIN scored s ON s.entry_id = d.entry_id
WHERE (s.score IS NOT NULL OR d.question_key = %(key)s OR d.similar_keys @> ARRAY[%(key)s]::varchar[])
  AND (d.valid_from IS NULL OR d.valid_from <= %(latest_at)s)
  AND (d.valid_until IS NULL OR d.valid_until > %(earliest_at)s)
  {filters}
ORDER BY tier, 2 DESC, d.entry_id
LIMIT %(limit)s OFFSET %(offset)s
"""

FIRST_STATE = """
INSERT INTO search_indexstate
    (id, documents, averages, generation, system_identifier, database_oid, xid, outbox_id)
VALUES (1, 0, '{0,0,0,0}', 0, '', 0, '0'::xid8, 0) ON CONFLICT DO NOTHING
"""
COUNT_ANEW = """
UPDATE search_indexstate SET
    documents = (SELECT count(*) FROM search_document),
    averages = (SELECT ARRAY[avg(lengths[1]), avg(lengths[2]), avg(lengths[3]), avg(lengths[4])]::float8[]
                FROM search_document),
    generation = generation + 1
"""


class PostgresEngine:
    """The index in search_document, search_posting and search_indexstate; ``USING`` names the database."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._using: str = options.get("USING", "default")

    def apply(self, changes: Changes) -> None:
        gone = {*changes.deleted, *(document.id for document in changes.replaced)}
        with self._writing() as cursor:
            if gone:
                cursor.execute("DELETE FROM search_posting WHERE entry_id = ANY (%s)", [sorted(gone)])
                cursor.execute("DELETE FROM search_document WHERE entry_id = ANY (%s)", [sorted(gone)])
                _copy(cursor, {document.id: document for document in changes.replaced}.values())
            cursor.execute(COUNT_ANEW)
            if changes.cursor:
                _keep(cursor, changes.cursor)

    def rebuild(self, documents: Iterable[Document], cursor: Cursor | None) -> int:
        with self._writing() as database:
            database.execute("DELETE FROM search_posting")
            database.execute("DELETE FROM search_document")
            count = _copy(database, documents)
            database.execute(COUNT_ANEW)
            _keep(database, cursor)
            _analyze(database)
        return count

    def search(self, query: Query) -> list[Match]:
        terms = query_terms(query.text)
        groups = query_filters(query)
        values = {
            "terms": [term.text for term in terms],
            "fields": [NUMBER_OF_FIELD[term.field] for term in terms],
            "weights": [term.weight for term in terms],
            "k1": bm25.K1,
            "b": bm25.B,
            "key": exact_key(query.text) or "-",
            "earliest_at": query.earliest_at,
            "latest_at": query.latest_at,
            "limit": query.limit,
            "offset": query.offset,
            **{f"group{number}": sorted(group) for number, group in enumerate(groups)},
        }
        filters = "".join(f" AND d.filters && %(group{number})s::text[]" for number in range(len(groups)))
        order = list(FoundBy)
        rows = self._read(SEARCH.format(filters=filters), values)
        return [Match(key, score, order[tier]) for key, score, tier in rows]

    def count(self) -> int:
        return int(self._read("SELECT count(*) FROM search_document")[0][0])

    def fingerprints(self) -> dict[int, str]:
        return dict(self._read("SELECT entry_id, fingerprint FROM search_document"))

    def cursor(self) -> Cursor | None:
        state = self._state()
        return Cursor(*state[:4]) if state and state[0] else None

    def generation(self) -> str:
        state = self._state()
        return str(state[4]) if state else "0"

    def refresh(self) -> None:
        """Nothing to do: every search reads the rows there are."""

    def _state(self) -> Any:
        rows = self._read(
            "SELECT system_identifier, database_oid, xid::text, outbox_id, generation FROM search_indexstate"
        )
        return rows[0] if rows else None

    def _read(self, sql: str, values: dict[str, Any] | None = None) -> list[Any]:
        try:
            with connections[self._using].cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        except (DatabaseError, InterfaceError) as error:
            raise EngineUnavailableError("the search tables cannot be read") from error

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """One transaction; locks the state's row, so that there is one writer."""
        with transaction.atomic(using=self._using), connections[self._using].cursor() as cursor:
            cursor.execute(FIRST_STATE)
            cursor.execute("SELECT FROM search_indexstate FOR UPDATE")
            yield cursor


def _analyze(database: Any) -> None:
    """Tell the planner about the new rows; for anybody but the owner, autovacuum does so within a minute."""
    database.execute(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'search_posting'::regclass"
    )
    if database.fetchone()[0]:
        database.execute("ANALYZE search_posting, search_document")


def _keep(database: Any, cursor: Cursor | None) -> None:
    database.execute(
        "UPDATE search_indexstate"
        " SET system_identifier = %s, database_oid = %s, xid = %s::text::xid8, outbox_id = %s",
        [cursor.system_identifier, cursor.database_oid, cursor.xid, cursor.id] if cursor else ["", 0, "0", 0],
    )


def _copy(database: Any, documents: Iterable[Document]) -> int:
    """Write these documents' rows with COPY, in batches; how many."""
    count, rows, postings = 0, [], []
    for document in documents:
        row, terms = _rows(document)
        rows.append(row)
        postings += terms
        count += 1
        if len(postings) > 100_000:
            _copy_rows(database, rows, postings)
            rows, postings = [], []
    _copy_rows(database, rows, postings)
    return count


def _copy_rows(database: Any, rows: list[tuple[Any, ...]], postings: list[tuple[Any, ...]]) -> None:
    names = "entry_id, fingerprint, lengths, filters, question_key, similar_keys, valid_from, valid_until"
    with database.copy(f"COPY search_document ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    with database.copy("COPY search_posting (term, field, entry_id, frequency, length) FROM STDIN") as copy:
        for posting in postings:
            copy.write_row(posting)


def _rows(document: Document) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    indexed = index_terms(document)
    lengths = [indexed.counts[name].total() for name in SCORED_FIELDS]
    quantised = [bm25.quantised(length) for length in lengths]
    row = (
        document.id,
        document.fingerprint(),
        lengths,
        sorted(indexed.filters),
        indexed.question_key,
        sorted(indexed.similar_keys),
        document.valid_from,
        document.valid_until,
    )
    postings = [
        (term, NUMBER_OF_FIELD[name], document.id, frequency, quantised[NUMBER_OF_FIELD[name]])
        for name in SCORED_FIELDS
        for term, frequency in indexed.counts[name].items()
    ]
    return row, postings
