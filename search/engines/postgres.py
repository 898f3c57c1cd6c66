"""An index made of rows: nothing local, and every node and read replica sees the same.

The fallback when a node's own index is missing, and the default engine of sites with many web nodes. BM25 is
worked out in SQL by the rules of ``bm25`` and ``terms``, so it ranks like the others. It needs no contrib
extension.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.db import connections, transaction
from django.db.utils import DatabaseError, InterfaceError
from numpy.typing import NDArray

from search.engines import bm25
from search.engines.base import (
    EXACT,
    Changes,
    Cursor,
    Document,
    EngineUnavailableError,
    Match,
    Query,
    Reading,
)
from search.engines.terms import SCORED_FIELDS, index_terms, one_by_one, query_filters, query_terms
from search.engines.wordings import HEAD, NOT_THERE, Keys, Packed, buckets, rarities
from search.tokenizer import exact_key

logger = logging.getLogger(__name__)
NUMBER_OF_FIELD = {name: number for number, name in enumerate(SCORED_FIELDS)}

SEARCH = """
WITH wanted AS (
    SELECT * FROM unnest(%(terms)s::text[], %(fields)s::smallint[], %(weights)s::float8[],
                         %(readings)s::smallint[]) AS w (term, field, weight, reading)
), held AS (
    SELECT p.entry_id, p.frequency, p.length, w.field, w.weight, w.reading,
           count(*) OVER (PARTITION BY w.term, w.field) AS with_term
    FROM wanted w JOIN search_posting p ON p.term = w.term AND p.field = w.field
), worth AS (
    SELECT h.entry_id, h.reading,
           h.weight * (ln(s.documents::float8 / (h.with_term + 1)) + 1)
               * h.frequency * (%(k1)s::float8 + 1)
               / (h.frequency + %(k1)s::float8
                  * (1 - %(b)s::float8 + %(b)s::float8 * h.length / s.averages[h.field + 1])) AS score
    FROM held h CROSS JOIN search_indexstate s
), scored AS (
    SELECT entry_id, sum(score) AS score, ARRAY[{shares}]::float8[] AS shares FROM worth GROUP BY entry_id
)
SELECT d.entry_id, coalesce(s.score, 0), s.shares,
       CASE WHEN d.question_key = %(key)s THEN 0 WHEN %(key)s = ANY (d.similar_keys) THEN 1 ELSE 2 END AS tier
FROM search_document d LEFT JOIN scored s ON s.entry_id = d.entry_id
WHERE (s.score IS NOT NULL OR d.question_key = %(key)s OR d.similar_keys @> ARRAY[%(key)s]::varchar[])
  AND (d.valid_from IS NULL OR d.valid_from <= %(latest_at)s)
  AND (d.valid_until IS NULL OR d.valid_until > %(earliest_at)s)
  {filters}
ORDER BY tier, 2 DESC, d.entry_id
LIMIT %(limit)s OFFSET %(offset)s
"""

SHARES = ", ".join(f"coalesce(sum(score) FILTER (WHERE reading = {reading:d}), 0)" for reading in Reading)
NO_SHARES = (0.0,) * len(Reading)

FIRST_STATE = """
INSERT INTO search_indexstate
    (id, documents, wordings, averages, generation, system_identifier, database_oid, xid, outbox_id,
     cut_as)
VALUES (1, 0, 0, '{0,0,0,0}', 0, '', 0, '0'::xid8, 0, '') ON CONFLICT DO NOTHING
"""
COUNT_KEYS = """
INSERT INTO search_rarity (bucket, wordings)
SELECT * FROM unnest(%s::int[], %s::bigint[])
ON CONFLICT (bucket) DO UPDATE SET wordings = search_rarity.wordings + excluded.wordings
"""
COUNT_ANEW = """
UPDATE search_indexstate SET
    documents = (SELECT count(*) FROM search_document),
    wordings = (SELECT coalesce(sum(length(wording_heads)), 0) / %s FROM search_document),
    averages = (SELECT ARRAY[avg(lengths[1]), avg(lengths[2]), avg(lengths[3]), avg(lengths[4])]::float8[]
                FROM search_document),
    generation = generation + 1
"""


class PostgresEngine:
    """The index in search_document, search_posting and search_indexstate; ``USING`` names the database.

    ``SEARCH_IN`` names a read replica of it: what agents search is asked there, and of the database itself
    while the replica does not answer. What keeps the index up to date asks the database itself.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._using: str = options.get("USING", "default")
        self._search_in: str = options.get("SEARCH_IN", self._using)

    def watch(self) -> None:
        """Each search reads what is there."""

    def apply(self, changes: Changes) -> None:
        gone = {*changes.deleted, *(document.id for document in changes.replaced)}
        with self._writing() as cursor:
            if gone:
                cursor.execute("DELETE FROM search_posting WHERE entry_id = ANY (%s)", [sorted(gone)])
                cursor.execute(
                    "DELETE FROM search_document WHERE entry_id = ANY (%s) RETURNING wording_keys",
                    [sorted(gone)],
                )
                _count_keys(cursor, [row[0] for row in cursor.fetchall()], -1)
                _copy(cursor, {document.id: document for document in changes.replaced}.values())
            cursor.execute(COUNT_ANEW, [HEAD * 2])
            if changes.cursor:
                _keep(cursor, changes.cursor)

    def rebuild(self, documents: Iterable[Document], cursor: Cursor | None) -> int:
        with self._writing() as database:
            database.execute("DELETE FROM search_posting")
            database.execute("DELETE FROM search_document")
            database.execute("DELETE FROM search_rarity")
            count = _copy(database, documents)
            database.execute(COUNT_ANEW, [HEAD * 2])
            _keep(database, cursor)
            _analyze(database)
        return count

    def search(self, query: Query) -> list[Match]:
        terms = one_by_one(query_terms(query.text))
        groups = query_filters(query)
        values = {
            "terms": [term.text for term in terms],
            "fields": [NUMBER_OF_FIELD[term.field] for term in terms],
            "weights": [term.weight for term in terms],
            "readings": [int(term.reading) for term in terms],
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
        rows = self._ask(SEARCH.format(filters=filters, shares=SHARES), values)
        found = ((key, score, tier, tuple(shares or NO_SHARES)) for key, score, shares, tier in rows)
        return [
            Match(key, score, EXACT[tier] if tier < len(EXACT) else Reading.most(shares), shares)
            for key, score, tier, shares in found
        ]

    def wordings(self, ids: Sequence[int]) -> list[Packed]:
        rows = self._ask(
            "SELECT entry_id, category_id, wording_heads, wording_keys"
            " FROM search_document WHERE entry_id = ANY (%(ids)s)",
            {"ids": list(ids)},
        )
        found = {key: Packed(category, bytes(heads), bytes(keys)) for key, category, heads, keys in rows}
        return [found.get(key, NOT_THERE) for key in ids]

    def rarity(self, keys: Keys) -> NDArray[np.float32]:
        wanted, places = np.unique(buckets(keys), return_inverse=True)
        rows = self._ask(
            "SELECT bucket, wordings FROM search_rarity WHERE bucket = ANY (%(wanted)s::int[])",
            {"wanted": wanted.tolist()},
        )
        counts = np.zeros(len(wanted))
        if rows:
            held = np.array(rows, np.int64)
            counts[np.searchsorted(wanted, held[:, 0])] = held[:, 1]
        state = self._ask("SELECT wordings FROM search_indexstate")
        return rarities(counts[places], state[0][0] if state else 0)

    def count(self) -> int:
        return int(self._read("SELECT count(*) FROM search_document")[0][0])

    def fingerprints(self) -> dict[int, str]:
        return dict(self._read("SELECT entry_id, fingerprint FROM search_document"))

    def cursor(self) -> Cursor | None:
        state = self._state()
        return Cursor(*state[:5]) if state and state[0] else None

    def generation(self) -> str:
        state = self._state()
        return str(state[5]) if state else "0"

    def refresh(self) -> None:
        """Nothing to do: every search reads the rows there are."""

    def _state(self) -> Any:
        rows = self._read(
            "SELECT system_identifier, database_oid, xid::text, outbox_id, cut_as, generation"
            " FROM search_indexstate"
        )
        return rows[0] if rows else None

    def _ask(self, sql: str, values: dict[str, Any] | None = None) -> list[Any]:
        """Rows of the replica; of the database itself where that cannot answer."""
        if self._search_in != self._using:
            try:
                return self._read(sql, values, self._search_in)
            except EngineUnavailableError as error:
                logger.warning("The read replica does not answer: %s.", error.__cause__)
        return self._read(sql, values)

    def _read(self, sql: str, values: dict[str, Any] | None = None, using: str = "") -> list[Any]:
        try:
            with connections[using or self._using].cursor() as cursor:
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
    kept = cursor or Cursor("", 0, "0", 0)
    database.execute(
        "UPDATE search_indexstate"
        " SET system_identifier = %s, database_oid = %s, xid = %s::text::xid8, outbox_id = %s, cut_as = %s",
        [kept.system_identifier, kept.database_oid, kept.xid, kept.id, kept.cut_as],
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
    _count_keys(database, [row[-1] for row in rows], 1)
    names = (
        "entry_id, fingerprint, lengths, filters, question_key, similar_keys, valid_from, valid_until,"
        " category_id, wording_heads, wording_keys"
    )
    with database.copy(f"COPY search_document ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    with database.copy("COPY search_posting (term, field, entry_id, frequency, length) FROM STDIN") as copy:
        for posting in postings:
            copy.write_row(posting)


def _count_keys(database: Any, packed: Sequence[bytes], sign: int) -> None:
    """Take the keys of so many documents into the counters, or out of them."""
    held = np.frombuffer(b"".join(bytes(keys) for keys in packed), "<u4")
    found, counts = np.unique(buckets(held), return_counts=True)
    database.execute(COUNT_KEYS, [found.tolist(), (counts * sign).tolist()])


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
        *indexed.packed,
    )
    postings = [
        (term, NUMBER_OF_FIELD[name], document.id, frequency, quantised[NUMBER_OF_FIELD[name]])
        for name in SCORED_FIELDS
        for term, frequency in indexed.counts[name].items()
    ]
    return row, postings
