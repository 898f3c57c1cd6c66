"""Everything a checkout needs to be used: database, migrations, demo data, index, web, worker, indexer."""

import fcntl
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from accounts.models import Agent, BusinessLine
from faq.models import Entry
from faq.services import scheduling
from kb import checks, database
from kb.supervisor import Program, Supervisor, is_port_free
from search import outbox
from search.engines import maintained
from search.engines.base import EngineUnavailableError

HOST = "127.0.0.1"
WEB_WORKERS = 2  # what architecture.md §4 measures with
WEB_THREADS = 4  # each keeps a database connection
LIVE_PORTS = 50  # looked at for a free one
LIVE_STREAMS = 8192  # requests at once: a stream is one that lasts
DATABASE_SECONDS = 3
# No long job holds back what has its second, and that is looked for more often than every five seconds.
CLOCK = ("--queues", scheduling.CLOCK, "--fetch-job-polling-interval", "0.5")


class Command(BaseCommand):
    help = "Start Wenqu on 127.0.0.1 at PORT with everything it needs; Ctrl-C ends all of it."
    requires_system_checks = []  # the database they ask is not up yet

    def handle(self, *args: Any, **options: Any) -> None:
        self.began = time.monotonic()
        if not is_port_free(settings.PORT, HOST):
            raise CommandError(
                f"Port {settings.PORT} is taken: end the program that has it, or set PORT to another number."
            )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with only_server_of(settings.WENQU_VAR), ExitStack() as until_the_end:
                with self.step("Database"):
                    is_alive = until_the_end.enter_context(database.at_hand())
                until_the_end.callback(connections.close_all)
                self.prepare()
                status = self.supervise(is_alive)
            self.say("Ended.")
        except KeyboardInterrupt:
            self.say("Ended while starting; the next start goes on from here.")
            status = 130
        sys.exit(status)

    def say(self, line: str, ending: str = "\n") -> None:
        with suppress(OSError):  # the terminal is gone; the end is on its way as a signal
            self.stdout.write(line, ending=ending)
            self.stdout.flush()

    @contextmanager
    def step(self, name: str, *, is_talkative: bool = False) -> Iterator[None]:
        """Say what is being done and how long it took; a talkative step writes lines of its own between."""
        began = time.monotonic()
        self.say(f"{name} ... ", ending="\n" if is_talkative else "")
        yield
        self.say(f"{f'{name}: ' if is_talkative else ''}{time.monotonic() - began:.1f} s")

    def prepare(self) -> None:
        if any(checks.schema_problems(connection)):
            with self.step("Migrations"):
                call_command("migrate", interactive=False, verbosity=0)
        try:
            checks.refuse_what_cannot_be_relied_on()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        if settings.WENQU_DEMO and is_empty():
            with self.step("Demo data", is_talkative=True):
                call_command("load_demo")
        if is_index_missing():
            with self.step("Search index", is_talkative=True):
                call_command("rebuild_index")
        with self.step("Static files"):
            call_command("collectstatic", interactive=False, verbosity=0)

    def supervise(self, is_database_alive: Callable[[], bool]) -> int:
        connections.close_all()
        live_port = self.live_port()
        os.environ["WENQU_LIVE_PORT"] = str(live_port)
        supervisor = Supervisor(
            programs(settings.PORT, live_port), self.say, is_database_alive, does_database_answer
        )
        threading.Thread(target=self.announce, args=[supervisor], daemon=True).start()
        return supervisor.run()

    def live_port(self) -> int:
        """The port beside the pages', or the next one that nobody has; the pages are told which."""
        wanted = int(settings.LIVE_PORT)
        for port in [*range(wanted, min(wanted + LIVE_PORTS, 65536)), *range(wanted - LIVE_PORTS, wanted)]:
            if port != settings.PORT and is_port_free(port, HOST):
                if port != wanted:
                    self.say(f"Port {wanted} is taken: the push stream goes to port {port}.")
                return int(port)
        raise CommandError(f"No port near {wanted} is free for the push stream: set WENQU_LIVE_PORT.")

    def announce(self, supervisor: Supervisor) -> None:
        """Say once that the pages answer."""
        url = f"http://{HOST}:{settings.PORT}/"
        while not answers(f"{url}healthz"):
            time.sleep(0.1)
        if supervisor.is_ending:
            return
        self.say(f"Wenqu is ready after {time.monotonic() - self.began:.1f} s: {url}  (Ctrl-C ends it)")
        if settings.WENQU_DEMO:
            self.say("This is a demo: its accounts and their password stand on the log-in page.")


def programs(port: int, live_port: int = 0) -> list[Program]:
    """The processes of one server; those that serve people work as the database role *web*."""
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    worker = [*manage, "procrastinate", "worker"]
    web_role, counter_role = {"WENQU_DB_ROLE": "web"}, {"WENQU_DB_ROLE": "counter"}
    return [
        Program("web", web_command(port), web_role),
        Program("live", live_command(live_port), web_role, is_restartable=True),
        Program("worker", worker, counter_role, is_restartable=True),
        Program("clock", [*worker, *CLOCK], counter_role, is_restartable=True),
        Program("indexer", [*manage, "run_indexer"], web_role, is_restartable=True),
        Program("counter", [*manage, "run_counter"], counter_role, is_restartable=True),
    ]


def does_database_answer() -> bool:
    """Whether somebody could log in to the database now; asks no longer than a few seconds."""
    wanted = {**connection.get_connection_params(), "connect_timeout": DATABASE_SECONDS}
    try:
        with psycopg.connect(**wanted):
            return True
    except psycopg.OperationalError:
        return False


def web_command(port: int, workers: int = WEB_WORKERS) -> list[str]:
    """The web server; `script/bench` measures with the same."""
    options = {
        "interface": "wsgi",
        "host": HOST,
        "port": str(port),
        "workers": str(workers),
        "blocking-threads": str(WEB_THREADS),
        "workers-kill-timeout": "3",
        "working-dir": str(settings.BASE_DIR),
        "log-level": "warning",
    }
    chosen = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", "granian", *chosen, "--no-ws", "kb.wsgi:application"]


def live_command(port: int) -> list[str]:
    """The push server: one process with one event loop, which holds every stream."""
    options = {
        "interface": "asgi",
        "host": HOST,
        "port": str(port),
        "workers": "1",
        "loop": "asyncio",
        "backlog": "4096",
        "backpressure": str(LIVE_STREAMS),
        "workers-kill-timeout": "3",
        "working-dir": str(settings.BASE_DIR),
        "log-level": "warning",
    }
    chosen = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", "granian", *chosen, "--no-ws", "kb.asgi:application"]


def is_empty() -> bool:
    """Whether demo data may be loaded: into a server somebody named only if nobody works there yet."""
    if Entry.objects.exists():
        return False
    return settings.IS_EMBEDDED or not (Agent.objects.exists() or BusinessLine.objects.exists())


def is_index_missing() -> bool:
    """Whether an index is missing, damaged or of another database; a late one is the indexer's business."""
    for engine in maintained().values():
        try:
            cursor = engine.cursor()
        except EngineUnavailableError:
            return True
        if cursor is None or not outbox.can_continue(cursor):
            return True
    return False


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def only_server_of(var: Path) -> Iterator[None]:
    """Two servers of one checkout would work on one index and send each reminder from two workers."""
    var.mkdir(parents=True, exist_ok=True)
    lock = os.open(var / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(
            f"A server of {var} runs already: end it first, or set WENQU_VAR to another directory."
        ) from None
    try:
        yield
    finally:
        os.close(lock)
