"""How long after somebody's change an agent finds it: outbox, indexer and a process that serves people.

The index holds so many made-up entries and a handful of real ones in the database; the indexer is the site's
own command in its own process and keeps both engines up to date; this process searches like a web worker,
which notices a new commit by itself.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, cast

from django.conf import settings

from bench import report, site
from search.engines.base import Document

REAL_ENTRIES = 20
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.002
WORDING = "发布时刻第{}次"


def measure(documents: Sequence[Document], times: int) -> dict[str, Any]:
    """Seconds from the commit of a change to the first search that finds it, and to when it is indexed."""
    from search.engines import engine
    from search.engines.whoosh import WhooshEngine

    site.fresh_database()
    site.load(site.recombined(REAL_ENTRIES))
    index_all(documents)
    engine.cache_clear()
    searched = cast("WhooshEngine", engine("whoosh"))
    searched.refresh()
    searched.watch()
    with indexer_running():
        publish_and_find(searched, -1)  # its first step hashes every file
        seconds = [publish_and_find(searched, number) for number in range(times)]
    return {"publish_to_searchable_s": report.summary(seconds)}


def index_all(documents: Sequence[Document]) -> None:
    """Both engines anew, at the outbox's present place, with the made-up entries beside the real ones."""
    from search import outbox
    from search.documents import documents as real
    from search.engines import maintained
    from search.indexer import snapshot

    for engine in maintained().values():
        with snapshot():
            engine.rebuild(chain(real(), documents), outbox.start())


@contextmanager
def indexer_running() -> Iterator[None]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_indexer"]
    process = subprocess.Popen(command, env={**os.environ, "WENQU_DB_ROLE": "web"})
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def publish_and_find(searched: Any, number: int) -> float:
    from faq.models import Entry
    from faq.services import curating
    from search.engines.base import Query

    entries = list(Entry.objects.filter(state="published").order_by("pk").values_list("pk", flat=True))
    pk = entries[number % len(entries)]
    someone = site.person("importer", "information_administrator")
    wording = WORDING.format(number)
    curating.apply([curating.Curation(pk, {}, similar_questions=[wording])], by=someone)
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE_SECONDS:
        found = searched.search(Query(wording, at=time.time(), limit=1))
        if found and found[0].id == pk and found[0].found_by == "similar":
            return time.perf_counter() - began
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"{wording} was not found within {PATIENCE_SECONDS:g} s.")
