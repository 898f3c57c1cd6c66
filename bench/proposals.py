"""How long the proposals of a month take, and how much memory, on a site of 50,000 entries.

Four months of calls at the pace of 10,000,000 events a year (`bench.year`), texts recombined from the real
corpus with four similar questions each, 500 categories, every second confirmed use with its search. Counts of
the ten months before are copies of the fourth, so that every rule has something to look at. Measured is
`manage.py propose` in a process of its own, from the start of Python to its end; beside it the memory that
the same process has before it reads anything.
"""

import argparse
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from bench import printing, site, year  # noqa: E402
from bench.processes import run_command  # noqa: E402
from faq.services.locking import database_now  # noqa: E402
from hits import rollup  # noqa: E402
from kb.lib.months import Month  # noqa: E402
from reports import closing  # noqa: E402
from reports.models import Proposal  # noqa: E402

MONTHS = 4
MONTHS_COPIED = 10
CATEGORIES = 500
SIMILAR = 4
READY = (
    "import os, django; django.setup(); from reports import proposing; from search import clustering, sounds;"
    " from bench.processes import high_water_mb; clustering.words_of('挂失'); sounds.pairs('挂失');"
    " print(high_water_mb(os.getpid()))"
)

_FILE = """
INSERT INTO faq_category (name, path, ancestor_ids, position)
SELECT 'c' || n, 'c' || n, '{}', n FROM generate_series(1, %(categories)s) AS n;
UPDATE faq_entry e SET category_id = (SELECT min(id) FROM faq_category) + e.position %% %(categories)s,
       keywords = t.keywords
  FROM year_text t WHERE t.place = e.position;
UPDATE faq_revision r SET question = t.question
  FROM faq_entry e JOIN year_text t ON t.place = e.position WHERE r.entry_id = e.id;
INSERT INTO faq_similarquestion (entry_id, text, position, origin, added_at)
SELECT e.id, s.text, min(s.place), 'person', now() FROM faq_entry e JOIN year_text t ON t.place = e.position
 CROSS JOIN LATERAL unnest(t.others) WITH ORDINALITY AS s (text, place) GROUP BY e.id, s.text;
"""

_SAY = """
UPDATE hits_searchlog s SET text = left(r.question, 4 + (abs(hashtext(s.id::text)) % 8))
  FROM faq_revision r WHERE s.match_ids <> '{}' AND r.entry_id = s.match_ids[1];
UPDATE hits_hitevent e SET search_id = s.id FROM hits_searchlog s
 WHERE s.call_id = e.call_id AND e.how = 'confirmed';
"""

_COPY = """
INSERT INTO hits_monthlyhits (month, entry_id, line_id, hits)
SELECT (%(month)s::date - n * interval '1 month')::date, entry_id, line_id, hits
  FROM hits_monthlyhits CROSS JOIN generate_series(1, %(months)s) AS n WHERE month = %(month)s
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=50_000)
    arguments.add_argument("--events", type=int, default=10_000_000, help="in a year")
    arguments.add_argument("--keep", action="store_true", help="measure on what the last run has generated")
    chosen = arguments.parse_args()
    running = Month.of(database_now())
    if not chosen.keep:
        prepare(chosen.events, chosen.entries, running)
    Proposal.objects.all().delete()
    before = printing.rounded(os.getloadavg()[0])
    seconds, megabytes = run_command("propose", str(running.later(-1)))
    again, _ = run_command("propose", str(running.later(-1)))
    ready = memory_of_a_process_that_is_ready()
    kinds = Counter(Proposal.objects.filter(state=Proposal.State.OPEN).values_list("kind", flat=True))
    results: dict[str, Any] = {
        "entries": chosen.entries,
        "events_a_year": chosen.events,
        "load_1_minute": before,
        "seconds": printing.rounded(seconds),
        "seconds_again": printing.rounded(again),
        "memory_mb": printing.rounded(megabytes),
        "memory_before_reading_mb": printing.rounded(ready),
        "open": dict(sorted(kinds.items())),
    }
    goals = [
        printing.at_most("propose a month, s", max(seconds, again), 60),
        printing.at_most("memory of the job, MB", megabytes, 300),
        printing.at_most("most proposals of a kind", max(kinds.values(), default=0), 30),
    ]
    printing.print_result("proposals", results, goals)


def prepare(events: int, entries: int, running: Month) -> None:
    site.fresh_database()
    first = running.later(-MONTHS)
    year.make(
        events=events * MONTHS // 12,
        entries=entries,
        since=first.starts_at,
        until=running.starts_at,
        searches_from=first.starts_at,
    )
    site.say("Texts, categories and searches ...")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE UNLOGGED TABLE year_text"
            " (place int PRIMARY KEY, question text, others text[], keywords text[])"
        )
        with cursor.copy("COPY year_text FROM STDIN") as copy:
            for row in texts(entries):
                copy.write_row(row)
        cursor.execute(_FILE, {"categories": CATEGORIES})
        cursor.execute(_SAY)
        cursor.execute("DROP TABLE year_text")
    site.say("Rolling up and closing ...")
    rollup.catch_up()
    with connection.cursor() as cursor:
        cursor.execute(_COPY, {"month": first.first_day, "months": MONTHS_COPIED})
        cursor.execute("VACUUM ANALYZE")
    for number in range(MONTHS, 0, -1):
        closing.close(running.later(-number), [None])


def texts(entries: int) -> Iterator[tuple[int, str, list[str], list[str]]]:
    """One row an entry; its similar questions are those of its neighbours in the corpus, cut short."""
    rows = site.recombined(entries)
    said = [text for row in rows for text in row["similar_questions"]] or [row["question"] for row in rows]
    for place, row in enumerate(rows, start=1):
        own = row["similar_questions"][:SIMILAR]
        others = [said[(place * 7 + n * 13) % len(said)] for n in range(SIMILAR - len(own))]
        yield place, row["question"][:400], [text[:400] for text in (*own, *others)], [row["question"][:4]]


def memory_of_a_process_that_is_ready() -> float:
    """In MB, with everything imported and the dictionaries of jieba and of pinyin read."""
    done = subprocess.run(
        [sys.executable, "-c", READY], cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    main()
