"""How long after somebody's change an agent finds it: outbox, indexer and a process that serves people.

The index holds so many made-up entries and a handful of real ones in the database; the indexer is the site's
own command in its own process and keeps both engines up to date; this process searches like a web worker,
which notices a new commit by itself.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from bench import printing, site
from search.engines.base import Document

REAL_ENTRIES = 20
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.002
WORDING = "发布时刻第{}次"
FIRST_NUMBER = 1_000  # none may be another's with a sign before it: a wording is compared without


def load_real_entries() -> None:
    """A fresh database with the few entries that are changed, and the people who may."""
    site.fresh_database()
    site.load(site.recombined(REAL_ENTRIES))


def measure(files: Path, documents: Sequence[Document], times: int) -> dict[str, Any]:
    """Seconds from the commit of a change to the first search that finds it."""
    from search.engines import engine
    from search.engines.whoosh import WhooshEngine

    put_in_place(files, documents)
    engine.cache_clear()
    searched = cast("WhooshEngine", engine("whoosh"))
    searched.refresh()
    searched.watch()
    with indexer_running():
        publish_and_find(searched, -1)  # waits until the indexer has started and hashed every file
        seconds = [publish_and_find(searched, number) for number in range(times)]
    return {"publish_to_searchable_s": printing.summary(seconds)}


def put_in_place(files: Path, documents: Sequence[Document]) -> None:
    """Both engines hold the made-up entries and the real ones, at the outbox's present place.

    What was built for the searches before is used again where it is there.
    """
    from search import outbox
    from search.documents import documents as real
    from search.engines import engine, maintained
    from search.engines.base import Changes
    from search.indexer import snapshot

    index = Path(settings.WENQU_VAR) / "index"
    if files.exists():
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(files, index)
        engine.cache_clear()
    for each in maintained().values():
        with snapshot():
            if each.count() >= len(documents):
                each.apply(Changes(list(real()), cursor=outbox.start()))
            else:
                each.rebuild(chain(real(), documents), outbox.start())


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
    wording = WORDING.format(FIRST_NUMBER + number)
    curating.apply([curating.Curation(pk, {}, similar_questions=[wording])], by=someone)
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE_SECONDS:
        found = searched.search(Query(wording, at=time.time(), limit=1))
        if found and found[0].id == pk and found[0].found_by == "similar":
            return time.perf_counter() - began
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"{wording} was not found within {PATIENCE_SECONDS:g} s.")
