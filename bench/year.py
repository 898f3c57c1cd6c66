"""A year of generated calls on a site of 50,000 entries: what `report` and `proposals` measure on.

A hit has 2.5 events (opened, dwelled, every second one confirmed as well), a call two hits, an entry its
share by Zipf's law with exponent 1. One call in a hundred takes a hit back. Of the last two months, the
running one included, every call has a search; one in twenty shows nothing, and no use follows it.
"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.contrib.auth.models import Group
from django.db import connection
from numpy.typing import NDArray

from accounts.models import Agent
from bench.site import LINES, person, say

SEED = 1126
AGENTS = 120
EVENTS_A_HIT = 2.5
CHUNK = 500_000

_ENTRIES = """
INSERT INTO accounts_businessline (code, name, is_active)
SELECT code, code, true FROM unnest(%(lines)s::text[]) AS code ON CONFLICT DO NOTHING;

INSERT INTO faq_entry (external_id, state, kind, line_id, concerned_line_ids, position, is_restricted,
                       keywords, is_unsigned, created_by_id, created_at, changed_at, published_at)
SELECT 'year-' || n, 'draft', (ARRAY['faq', 'product', 'rule', 'policy', 'campaign'])[1 + n %% 5],
       lines.id, ARRAY[lines.id], n, n %% 50 = 0, '{}', false,
       (SELECT min(id) FROM accounts_agent), %(since)s, %(since)s, %(since)s
  FROM generate_series(1, %(entries)s) AS n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM accounts_businessline) AS lines
    ON lines.place = n %% cardinality(%(lines)s::text[])
 ORDER BY n;
INSERT INTO faq_revision (entry_id, number, state, purpose, reason, significance, kind, line_id, question,
                          key_points, answer, script, variants, created_by_id, created_at, changed_at,
                          published_at)
SELECT id, 1, 'published', 'text', '', 'medium', kind, line_id, '第' || position || '种业务怎么办理',
       ARRAY['核对身份'], '请到网点办理', '', '[]', created_by_id, created_at, changed_at, published_at
  FROM faq_entry;
UPDATE faq_entry e SET live_revision_id = r.id, state = 'published'
  FROM faq_revision r WHERE r.entry_id = e.id;
"""

_HITS = """
CREATE UNLOGGED TABLE year_hit (n bigint PRIMARY KEY, rank bigint, agent bigint, second bigint)
"""

# A call's two hits are neighbours; its id is no number that sorts like its time.
_EVENTS = """
INSERT INTO hits_hitevent (id, at, agent_id, entry_id, line_id, call_id, how, settings, counts)
SELECT gen_random_uuid(), %(since)s + (h.second + event.after) * interval '1 second', a.id, e.id, e.line_id,
       md5('call' || h.n / 2)::uuid, event.how, '{"dwell_seconds": 8, "same_entry_minutes": 10}', true
  FROM year_hit h
  JOIN year_agent a ON a.place = h.agent
  JOIN year_entry e ON e.rank = h.rank
 CROSS JOIN LATERAL (VALUES ('opened', 0), ('dwelled', 8), ('confirmed', 20), ('taken_back', 40))
       AS event (how, after)
 WHERE h.n >= %(first)s AND h.n < %(last)s
   AND (event.how <> 'confirmed' OR h.n %% 2 = 0) AND (event.how <> 'taken_back' OR h.n %% 200 = 0)
 ORDER BY h.n, event.after
"""

_SEARCHES = """
INSERT INTO hits_searchlog (id, call_id, agent_id, text, filters, match_ids, took_ms, at)
SELECT gen_random_uuid(), md5((CASE WHEN h.n %% 40 = 0 THEN 'vain' ELSE 'call' END) || h.n / 2)::uuid, a.id,
       CASE WHEN h.n %% 40 = 0 THEN '没有答案的问题' || h.n %% 3000 ELSE '怎么办理' || h.rank END, '{}',
       CASE WHEN h.n %% 40 = 0 THEN '{}'::bigint[] ELSE ARRAY[e.id] END, 3,
       %(since)s + (h.second - 5) * interval '1 second'
  FROM year_hit h
  JOIN year_agent a ON a.place = h.agent
  JOIN year_entry e ON e.rank = h.rank
 WHERE h.n %% 2 = 0 AND %(since)s + h.second * interval '1 second' >= %(from)s
"""


def make(*, events: int, entries: int, since: datetime, until: datetime, searches_from: datetime) -> int:
    """Fill the empty site; how many events there are. Nothing is rolled up yet."""
    person("chief", "supervisor")
    agents = Agent.objects.bulk_create([Agent(username=f"bench-{number}") for number in range(AGENTS)])
    Group.objects.get(name="agent").user_set.add(*agents)
    hits = int(events / EVENTS_A_HIT)
    say(f"{entries} entries, {hits} hits ...")
    with connection.cursor() as cursor:
        given: dict[str, Any] = {
            "lines": list(LINES),
            "entries": entries,
            "since": since - timedelta(days=400),
        }
        cursor.execute(_ENTRIES, given)
        cursor.execute(
            "CREATE UNLOGGED TABLE year_entry AS"
            " SELECT id, line_id, row_number() OVER (ORDER BY md5(id::text)) AS rank FROM faq_entry"
        )
        cursor.execute(
            "CREATE UNLOGGED TABLE year_agent AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place"
            " FROM accounts_agent WHERE username LIKE 'bench-%'"
        )
        cursor.execute(_HITS)
        _copy_hits(hits, entries, int((until - since).total_seconds()))
        cursor.execute("ANALYZE year_entry, year_agent, year_hit")
        indexes = _drop_indexes("hits_hitevent")
        for first in range(0, hits, CHUNK):
            say(f"events of hit {first} ...")
            cursor.execute(_EVENTS, {"since": since, "first": first, "last": first + CHUNK})
        cursor.execute("SET maintenance_work_mem = '400MB'")
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute(_SEARCHES, {"since": since, "from": searches_from})
        cursor.execute("DROP TABLE year_hit, year_entry, year_agent")
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM hits_hitevent")
        return int(cursor.fetchone()[0])


def zipf(count: int, ranks: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """So many ranks from 1, each as likely as 1 / rank."""
    weights = np.cumsum(1 / np.arange(1, ranks + 1))
    ranks_from_0: NDArray[np.int64] = np.searchsorted(weights, chance.random(count) * weights[-1])
    return ranks_from_0 + 1


def _copy_hits(hits: int, entries: int, seconds: int) -> None:
    """In the order of their times, as one block of binary COPY."""
    chance = np.random.default_rng(SEED)
    fields = ("n", "rank", "agent", "second")
    row = np.dtype(
        [("fields", ">i2"), *((f"{part}{name}", kind) for name in fields for part, kind in _PARTS)]
    )
    block = np.zeros(hits, row)
    block["fields"] = len(fields)
    for name in fields:
        block[f"bytes_{name}"] = 8
    number = np.arange(hits)
    block["_n"], block["_rank"] = number, zipf(hits, entries, chance)
    # The two hits of a call are one agent's, half a minute apart.
    block["_agent"] = chance.integers(0, AGENTS, hits // 2 + 1)[number // 2]
    block["_second"] = number // 2 * 2 * (seconds - 100) // hits + number % 2 * 30
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY year_hit (n, rank, agent, second) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for first in range(0, hits, CHUNK):
            copy.write(block[first : first + CHUNK].tobytes())
        copy.write(b"\xff\xff")


_PARTS = (("bytes_", ">i4"), ("_", ">i8"))


def _drop_indexes(table: str) -> list[str]:
    """Without them the rows are in ten times as fast; gives the statements that bring them back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexdef, i.indexname, c.conname FROM pg_indexes i LEFT JOIN pg_constraint c"
            " ON c.conname = i.indexname AND c.contype = 'p' WHERE i.tablename = %s",
            [table],
        )
        statements = []
        for definition, name, key in cursor.fetchall():
            if key:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                statements.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} PRIMARY KEY (id)")
            else:
                cursor.execute(f"DROP INDEX {name}")
                statements.append(definition)
        return statements
