"""Whether a text is ever lost when 50 people write one draft at once.

Each of them opens the draft, adds a line and saves, 100 times, held between reading and writing and once
more within the save, after it has compared and before it writes. Who is told that somebody was first keeps
the text as the page does, and adds the line to what is there the next time; what is left over at the end is
saved one after another. Then every line that was ever typed must stand in the draft, and stand there once.
"""

import argparse
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from accounts.models import Agent, AuditRow, BusinessLine  # noqa: E402
from bench.printing import exactly, print_result, rounded, summary  # noqa: E402
from bench.site import fresh_database, person, say  # noqa: E402
from faq import sheet as sheets  # noqa: E402
from faq.models import Autosave, Revision  # noqa: E402
from faq.services import autosaving, drafting, writing  # noqa: E402
from faq.services.drafting import DraftChangedError, Text  # noqa: E402

HOLD_SECONDS = 0.004
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--editors", type=int, default=50)
    arguments.add_argument("--saves", type=int, default=100)
    chosen = arguments.parse_args()
    fresh_database()
    editors = [person(f"editor-{number}", "information_administrator") for number in range(chosen.editors)]
    line = BusinessLine.objects.create(code="L", name="L")
    draft = drafting.create_entry(Text("谁的话丢了", line, answer="begin"), by=editors[0])
    hold_within_the_save()
    say(f"{chosen.editors} editors save one draft {chosen.saves} times each ...")
    began = time.perf_counter()
    with ThreadPoolExecutor(chosen.editors) as pool:
        done = list(pool.map(lambda item: Editor(item, draft).work(chosen.saves), enumerate(editors)))
    seconds = time.perf_counter() - began
    unkept = sum(editor.unkept for editor in done)
    for editor in done:
        editor.solve()
    print_result("editors", figures(done, seconds), goals(done, draft, unkept))


class Editor:
    """One person with the lines they have typed and not brought into the draft yet."""

    def __init__(self, item: tuple[int, Agent], draft: Revision) -> None:
        self.number, self.person = item
        self.draft = draft
        self.chance = random.Random(self.number)
        self.typed: list[str] = []
        self.pending: list[str] = []
        self.saved = self.refused = self.unkept = 0
        self.times_ms: list[float] = []

    def work(self, saves: int) -> "Editor":
        try:
            for turn in range(saves):
                mark = marked(self.number * saves + turn)
                self.typed.append(mark)
                self.pending.append(mark)
                self.attempt()
        finally:
            connections.close_all()
        return self

    def solve(self) -> None:
        """Nobody else writes any more; what is left over goes in at once."""
        if self.pending:
            self.attempt()

    def attempt(self) -> None:
        seen = Revision.objects.select_related("entry__source", "line").get(pk=self.draft.pk)
        sheet = sheets.of(seen, self.person)
        digests = sheets.digests(sheet)
        sheet["answer"] = ["\n".join([seen.answer, *self.pending])]
        written = writing.Writing(
            sheet, Text(seen.question, seen.line, answer=sheet["answer"][0]), writing.Beside(), "medium", ""
        )
        time.sleep(self.chance.random() * 10 * HOLD_SECONDS)
        began = time.perf_counter()
        try:
            writing.save(seen, written, by=self.person, seen_at=seen.changed_at, seen=digests)
        except DraftChangedError:
            self.refused += 1
            autosaving.keep(sheet, by=self.person, revision=seen, seen_at=seen.changed_at)
            kept = Autosave.objects.get(person=self.person, revision=seen).values["answer"][0]
            self.unkept += not set(self.pending) <= set(kept.split("\n"))
        else:
            self.saved += 1
            self.pending = []
        self.times_ms.append((time.perf_counter() - began) * 1000)


def hold_within_the_save() -> None:
    """Whoever has compared waits before writing; without the lock somebody else would get in between."""
    same = drafting._is_same

    def held(left: Text, right: Text) -> bool:
        time.sleep(HOLD_SECONDS)
        return same(left, right)

    drafting._is_same = held


def marked(number: int) -> str:
    """Four signs of its own, so that 5,000 lines fit into one answer."""
    signs = ""
    for _ in range(4):
        number, digit = divmod(number, len(LETTERS))
        signs = LETTERS[digit] + signs
    return signs


def figures(done: list[Editor], seconds: float) -> dict[str, Any]:
    return {
        "editors": len(done),
        "attempts": sum(editor.saved + editor.refused for editor in done),
        "saved": sum(editor.saved for editor in done),
        "told_that_somebody_was_first": sum(editor.refused for editor in done),
        "seconds": rounded(seconds),
        "attempt_ms": summary([each for editor in done for each in editor.times_ms]),
    }


def goals(done: list[Editor], draft: Revision, unkept: int) -> list[Any]:
    draft.refresh_from_db()
    typed = Counter(mark for editor in done for mark in editor.typed)
    stands = Counter(draft.answer.split("\n")[1:])
    saves = AuditRow.objects.filter(act="draft.saved").count()
    connection.close()
    return [
        exactly("lost texts", (typed - stands).total(), 0),
        exactly("texts that stand twice", (stands - typed).total(), 0),
        exactly("refused texts that were not kept", unkept, 0),
        exactly("saves without an audit row", sum(editor.saved for editor in done) - saves, 0),
    ]


if __name__ == "__main__":
    main()
