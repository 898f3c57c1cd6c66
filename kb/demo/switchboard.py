"""Who takes a call: somebody on shift who is free."""

import random
from collections.abc import Sequence

from kb.demo.people import HALF_HOURS, DemoAgent, roster
from kb.demo.plan import Subject
from kb.demo.rhythm import Hours
from kb.demo.topics import Topic

TRIES_FOR_OWN_LINE = 4


class Switchboard:
    """Hands each call to somebody on shift who is free, of the entry's line where there is one."""

    def __init__(self, people: Sequence[DemoAgent], hours: Hours, chance: random.Random) -> None:
        self.people = people
        self.midnight = hours.starts_at.timestamp()
        self.slots = roster(people, hours.days)
        self.busy_until = [0.0] * len(people)
        self.chance = chance

    def take(self, at: float, ends_at: float, subject: Subject) -> DemoAgent:
        """Whose call it is; they are busy until it ends and for a moment after."""
        on_shift = self.slots[int((at - self.midnight) / (86400 / HALF_HOURS))]
        person = self._somebody(on_shift, at, subject)
        self.busy_until[person.number] = ends_at + self.chance.uniform(4, 20)
        return person

    def _somebody(self, on_shift: list[DemoAgent], at: float, subject: Subject) -> DemoAgent:
        lines = {subject.line} if subject else set()
        if isinstance(subject, Topic) and subject.is_restricted:
            lines.update(subject.lines_concerned)
            on_shift = [person for person in self.people if lines.intersection(person.lines)]
        for tries in range(len(on_shift)):
            person = self.chance.choice(on_shift)
            is_own = tries >= TRIES_FOR_OWN_LINE or not lines or lines.intersection(person.lines)
            if is_own and self.busy_until[person.number] <= at:
                return person
        is_free = [person for person in on_shift if self.busy_until[person.number] <= at]
        return min(is_free or self.people, key=lambda person: self.busy_until[person.number])
