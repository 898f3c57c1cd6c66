"""The agents who take the calls: names, teams, lines and shifts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kb.demo.topics import LINES

AGENTS, TEAMS = 120, 8
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁"
    "任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺毛郝顾龚邵"
)
# Two characters each.
GIVEN_NAMES = (
    "雅琴晓燕思雨佳怡梦琪欣妍雨欣婷婷丽娜海燕慧敏秀兰晨曦诗涵若彤芷若静文明月玉婷春梅小红文静美玲佩珊"
    "雪莹子轩浩然俊杰建国志强明辉伟东家豪文斌国栋一鸣嘉伟振宇少峰永康思远博文宇航天佑立群晓东海涛鹏飞"
    "泽民新华"
)
LINE_CHANCES = (0.27, 0.28, 0.22, 0.11, 0.05, 0.07)

DAY, EARLY, LATE, NIGHT = "day", "early", "late", "night"
# Half hours after midnight, first and last; the night shift runs on into the next day.
SHIFTS = {EARLY: (15, 31), DAY: (18, 36), LATE: (27, 44), NIGHT: (44, 63)}
ROTA = [DAY, EARLY, DAY, LATE, EARLY, DAY, NIGHT, LATE]
HALF_HOURS = 48


@dataclass(frozen=True)
class DemoAgent:
    """One who takes calls; ``number`` counts from 0, teams are as large as one another."""

    number: int
    name: str
    lines: tuple[str, ...]

    @property
    def username(self) -> str:
        return f"agent{self.number + 1:03}"

    @property
    def team(self) -> int:
        return self.number * TEAMS // AGENTS

    def shift(self, day: date) -> str | None:
        """Teams change their shift every Monday; everybody has two days off in a row each week."""
        week = (day.toordinal() - 1) // 7
        if (day.weekday() - self.number - week) % 7 < 2:
            return None
        return ROTA[(self.team + week) % len(ROTA)]


def agents(rng: random.Random) -> list[DemoAgent]:
    return [DemoAgent(number, name, _lines(rng)) for number, name in enumerate(names(AGENTS, rng))]


def names(number: int, rng: random.Random) -> list[str]:
    """So many different names."""
    found: dict[str, None] = {}
    while len(found) < number:
        place = 2 * rng.randrange(len(GIVEN_NAMES) // 2)
        found[rng.choice(SURNAMES) + GIVEN_NAMES[place : place + 2]] = None
    return list(found)


def roster(people: Sequence[DemoAgent], days: Sequence[date]) -> list[list[DemoAgent]]:
    """Who is on shift in each half hour from the first day's midnight on."""
    slots: list[list[DemoAgent]] = [[] for _ in range((len(days) + 1) * HALF_HOURS)]
    yesterday = date.fromordinal(days[0].toordinal() - 1)
    for place, day in enumerate([yesterday, *days], start=-1):
        for person in people:
            shift = person.shift(day)
            if shift is None:
                continue
            first, last = (place * HALF_HOURS + half_hour for half_hour in SHIFTS[shift])
            for slot in range(max(first, 0), last):
                slots[slot].append(person)
    return slots


def _lines(rng: random.Random) -> tuple[str, ...]:
    first, second = rng.choices(LINES, LINE_CHANCES, k=2)
    return (first,) if first == second or rng.random() < 0.4 else (first, second)
