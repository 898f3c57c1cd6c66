"""Whether an urgent bulletin reaches every desk at once, and whether none is lost when the push process dies.

The push server as `manage.py serve` starts it, and so many light desks on real sockets in this process, each
logged in as a person of its own. Latency is from the commit to the arrival of the last byte at a desk. Kills
take the whole process group with SIGKILL and start it again a second later, as the supervisor does; bulletins
are written before, while it is gone and after. At the end PostgreSQL is stopped at once between a committed
row and its notification. Every desk must have every bulletin exactly once.
"""

import argparse
import asyncio
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import printing, site  # noqa: E402
from bench.live_desks import Desk, open_all, until_all  # noqa: E402

PAUSE_SECONDS = 0.5  # between two bulletins: each is alone on the line
SUPERVISOR_SECONDS = 1.0
BODY = "即日起信用卡挂失无需核对卡号，仅核对身份证件与预留手机。" * 8


class Server:
    """The push process, which can be killed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.port = site.free_port()
        self.environment = {**os.environ, "WENQU_DB_ROLE": "web", **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        from kb.management.commands.serve import live_command

        self.process = subprocess.Popen(live_command(self.port), env=self.environment, start_new_session=True)

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def memory_mb(self) -> float:
        """What its processes hold for themselves."""
        assert self.process is not None
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        pids = [self.process.pid, *map(int, Path(children).read_text().split())]
        return sum(_private_kb(pid) for pid in pids) / 1024


def _private_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private"))


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[Server]:
    server = Server(environment)
    try:
        yield server
    finally:
        server.kill()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--desks", type=int, default=1000)
    arguments.add_argument("--many", type=int, default=3000)
    arguments.add_argument("--bulletins", type=int, default=20)
    arguments.add_argument("--kills", type=int, default=20)
    given = arguments.parse_args()
    load = os.getloadavg()[0]
    site.fresh_database()
    results, goals = measure(given.desks, given.many, given.bulletins, given.kills)
    restart = asyncio.run(_restart(given.desks))
    goals.append(printing.exactly("bulletins missed or doubled when PostgreSQL restarts", restart, 0))
    printing.print_result("push", {**results, "load before": load, "load after": os.getloadavg()[0]}, goals)


def measure(
    desks: int, many: int, bulletins: int, kills: int, environment: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], list[printing.Goal]]:
    """Both sizes and the kills; ``environment`` is the server's where it is not this process's."""
    room_for(2 * max(desks, many))
    results: dict[str, Any] = {}
    goals: list[printing.Goal] = []
    with served(environment or {}) as server:
        for number, most_seconds in [(desks, 0.5), (many, 2.0)]:
            site.say(f"{number} desks ...")
            told = results[f"{number} desks"] = asyncio.run(_tell(server, number, bulletins))
            goals += [
                printing.at_most(f"{number} desks, p99 s", told["seconds"]["p99"], most_seconds),
                printing.exactly(f"{number} desks, delivered %", told["delivered %"], 100),
                printing.at_most(f"{number} desks, PostgreSQL connections", told["connections"], 5),
            ]
        site.say(f"{kills} kills ...")
        killed = results["kills"] = asyncio.run(_kill(server, desks, kills))
    goals += [
        printing.at_most("slowest return after a kill, s", killed["all back s"]["max"], 10),
        printing.exactly("missed", killed["missed"], 0),
        printing.exactly("doubled", killed["doubled"], 0),
    ]
    return results, goals


async def _tell(server: Server, number: int, bulletins: int) -> dict[str, Any]:
    desks = await asyncio.to_thread(people, number)
    tasks = open_all(desks, server.port)
    connections = 0
    await until_all(desks)
    committed: dict[int, float] = {}
    for _ in range(bulletins):
        pk, at = await asyncio.to_thread(publish)
        committed[pk] = at
        connections = max(connections, await asyncio.to_thread(connections_of_the_server))
        await asyncio.sleep(PAUSE_SECONDS)
    await until_all(desks, number=max(committed), seconds=20)
    times = [desk.arrived[pk] - at for desk in desks for pk, at in committed.items() if pk in desk.arrived]
    memory = server.memory_mb()
    await close(tasks)
    return {
        "desks": number,
        "bulletins": bulletins,
        "delivered %": 100 * len(times) / (number * bulletins),
        "seconds": printing.summary(times),
        "memory MB": printing.rounded(memory),
        "connections": connections,
    }


async def _kill(server: Server, number: int, kills: int) -> dict[str, Any]:
    desks = await asyncio.to_thread(people, number)
    tasks = open_all(desks, server.port)
    await until_all(desks)
    written, seconds, chance = [], [], random.Random(7)
    for _ in range(kills):
        written.append((await asyncio.to_thread(publish))[0])
        await asyncio.sleep(chance.random() * 0.05)  # some are on their way while it dies
        began = time.perf_counter()
        await asyncio.to_thread(server.kill)
        written.append((await asyncio.to_thread(publish))[0])
        await asyncio.sleep(SUPERVISOR_SECONDS)
        server.start()
        await asyncio.sleep(chance.random() * 2)
        written.append((await asyncio.to_thread(publish))[0])
        seconds.append(await until_all(desks, since=began) - began)
    written.append((await asyncio.to_thread(publish))[0])
    await until_all(desks, number=written[-1])
    await close(tasks)
    return {
        "kills": kills,
        "bulletins": len(written),
        "all back s": printing.summary(seconds),
        **mistakes(desks, written),
    }


async def _restart(number: int) -> int:
    """Bulletins a desk missed or heard twice when the database dies between a row and its notification."""
    from kb import embedded

    with served({}) as server, ExitStack() as until_the_end:
        desks = await asyncio.to_thread(people, number)
        tasks = open_all(desks, server.port)
        await until_all(desks)
        written = [await asyncio.to_thread(write_silently)]
        postmaster = embedded.Cluster(Path(settings.WENQU_VAR).resolve()).postmaster()
        assert postmaster is not None
        os.kill(postmaster, signal.SIGQUIT)
        await asyncio.sleep(0.5)
        until_the_end.enter_context(embedded.running(Path(settings.WENQU_VAR)))
        await until_all(desks, number=written[-1])
        written.append((await asyncio.to_thread(publish))[0])
        await until_all(desks, number=written[-1])
        await close(tasks)
    wrong = mistakes(desks, written)
    return wrong["missed"] + wrong["doubled"]


def mistakes(desks: Sequence[Desk], written: Sequence[int]) -> dict[str, int]:
    return {
        "missed": sum(pk not in desk.heard for desk in desks for pk in written),
        "doubled": sum(count - 1 for desk in desks for count in desk.heard.values()),
        "told to load anew": sum(desk.reloads for desk in desks),
    }


async def close(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def people(number: int) -> list[Desk]:
    """So many agents, each logged in."""
    from accounts.models import Agent
    from accounts.roles import Role

    names = [f"desk-{place}" for place in range(number)]
    Agent.objects.bulk_create([Agent(username=name, password="!") for name in names], ignore_conflicts=True)
    agents = list(Agent.objects.filter(username__in=names))
    group, _is_new = Group.objects.get_or_create(name=Role.AGENT.value)
    through = Agent.groups.through
    through.objects.bulk_create(
        [through(agent_id=agent.pk, group_id=group.pk) for agent in agents], ignore_conflicts=True
    )
    store, until = SessionStore(), timezone.now() + timedelta(hours=12)
    sessions = [
        Session(
            session_key=f"bench{agent.pk:027d}",
            session_data=store.encode(site.log_in_of(agent)),
            expire_date=until,
        )
        for agent in agents
    ]
    Session.objects.bulk_create(sessions, ignore_conflicts=True)
    connection.close()
    return [Desk(f"{settings.SESSION_COOKIE_NAME}={session.session_key}") for session in sessions]


def publish() -> tuple[int, float]:
    """An urgent bulletin to every agent: its number, and when it was committed."""
    from accounts.roles import Role
    from courier.models import PushEvent
    from courier.pushing import push

    payload = {"id": 1, "title": "挂失流程变更", "urgency": "urgent", "body": BODY}
    push(PushEvent.Kind.BULLETIN, payload, roles=[Role.AGENT])
    at = time.perf_counter()
    pk = PushEvent.objects.latest("pk").pk
    connection.close()
    return pk, at


def write_silently() -> int:
    """A bulletin whose notification never comes: the database dies first."""
    from courier.models import PushEvent

    pk = PushEvent.objects.create(kind=PushEvent.Kind.BULLETIN, payload={"id": 2}).pk
    connection.close()
    return pk


def connections_of_the_server() -> int:
    wanted = {**connection.get_connection_params()}
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        wanted.pop(ours, None)
    with psycopg.connect(**wanted) as own:
        found = own.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('wenqu-live', 'wenqu-web')"
        ).fetchone()
    return int(found[0]) if found else 0


def room_for(files: int) -> None:
    """Each stream is an open file on both sides."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, files + 500), hard))


if __name__ == "__main__":
    main()
