"""A site to measure: a fresh database with entries, an index, a person, and the web server."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection

SHARED = Path(settings.BASE_DIR).parent / "shared"
LINES = ("PERSONAL", "CREDITCARD", "EBANK", "LOAN", "CORPORATE", "WEALTH")


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def fresh_database() -> None:
    """Empty the database and migrate it; only ever the measurements' own, never one that somebody named."""
    if not settings.IS_EMBEDDED:
        sys.exit("script/bench empties its database, so it uses its own: unset DATABASE_URL.")
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", interactive=False, verbosity=0)


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def recombined(entries: int) -> list[dict[str, Any]]:
    """So many rows of the import format out of the real corpus, the same at every run.

    Beyond the corpus's own size, a row takes its question from one place and its answer from another, with a
    number of its own so that no question stands twice.
    """
    corpus = read_jsonl(SHARED / "eval" / "all3" / "corpus.jsonl")
    similar: dict[str, list[str]] = {}
    for row in read_jsonl(SHARED / "eval" / "all3" / "similar.jsonl"):
        similar.setdefault(row["entry"], []).append(row["text"])
    rows = []
    for number in range(entries):
        turn, place = divmod(number, len(corpus))
        source, other = corpus[place], corpus[(place + turn * 997) % len(corpus)]
        rows.append(
            {
                "external_id": f"bench-{number}",
                "line": LINES[place % len(LINES)],
                "category": source.get("category") or "-",
                "kind": "faq",
                "question": source["text"] if not turn else f"{source['text']} {other['text'][:12]} {turn}",
                "similar_questions": list(dict.fromkeys(similar.get(source["id"], [])))[:200]
                if not turn
                else [],
                "answer": other["answer"],
            }
        )
    return rows


def load(rows: Sequence[dict[str, Any]]) -> None:
    """Import the rows, published, as a person who may; then index them."""
    person("importer", "information_administrator", may_publish=True)
    path = Path(settings.WENQU_VAR) / "bench_rows.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    call_command(
        "import_entries", str(path), create_lines=True, publish=True, **{"as": "importer"}, stdout=sys.stderr
    )
    path.unlink()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    call_command("rebuild_index", stdout=sys.stderr)


def person(username: str, role: str, *, may_publish: bool = False) -> Any:
    from django.contrib.auth.models import Permission

    from accounts.models import Agent

    made, _is_new = Agent.objects.get_or_create(username=username)
    made.groups.add(Group.objects.get(name=role))
    if may_publish:
        made.user_permissions.add(Permission.objects.get(codename="publish_unsigned"))
    return made


def session_of(someone: Any) -> str:
    """The cookie header of a log-in."""
    session = SessionStore()
    session.update(log_in_of(someone))
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def log_in_of(someone: Any) -> dict[str, str]:
    """What a session holds of somebody who has logged in."""
    return {
        SESSION_KEY: str(someone.pk),
        BACKEND_SESSION_KEY: "accounts.backends.AccountBackend",
        HASH_SESSION_KEY: someone.get_session_auth_hash(),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(workers: int = 2) -> Iterator[int]:
    """The web server with so many workers, as ``manage.py serve`` starts it; gives its port."""
    from kb.management.commands.serve import web_command

    port = free_port()
    environment = {**os.environ, "WENQU_DB_ROLE": "web"}
    process = subprocess.Popen(web_command(port, workers), env=environment)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            talk = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            talk.request("GET", "/healthz")
            if talk.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The web server did not come up.")
