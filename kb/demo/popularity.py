"""How often each entry is asked, and how that moves over the year."""

import random
from collections.abc import Sequence
from datetime import date, datetime

import numpy as np

from kb.demo.disorder import RISING
from kb.demo.favourites import CAMPAIGN_WEIGHTS, FAVOURITES, SEASONS
from kb.demo.rhythm import Floats
from kb.demo.topics import Gap, Topic
from kb.lib.months import SITE_ZONE, Month

# Zipf with a flat head (Mandelbrot): weight = (rank + HEAD) ** -SLOPE, the first rank is 1.
HEAD, SLOPE = 5.0, 1.3
LINE_SHARES = {
    "PERSONAL": 0.25, "CREDITCARD": 0.29, "EBANK": 0.24, "LOAN": 0.12, "CORPORATE": 0.04, "WEALTH": 0.06
}  # fmt: skip
KIND_FACTORS = {
    "faq": 1.0,
    "product": 0.7,
    "rule": 0.5,
    "policy": 0.35,
    "emergency_plan": 0.3,
    "script": 0.12,
}
MONTHLY_DRIFT = 0.12
SHARE_WITH_TREND = 0.1
STRONG_TREND = 0.9
NEVER_ASKED = 0.03


def weights(topics: Sequence[Topic], rng: random.Random) -> Floats:
    """One weight an entry, by its rank: the favourites first, in their order, then the rest by chance.

    The last few are never asked at all.
    """
    place = {key: number for number, key in enumerate(FAVOURITES)}

    def rank(topic: Topic) -> float:
        if topic.key in place:
            return place[topic.key]
        likely = KIND_FACTORS.get(topic.kind, 1.0) * LINE_SHARES[topic.line] ** 0.5
        return len(place) + 1 / (rng.lognormvariate(0.0, 0.7) * float(likely))

    ranks = [rank(topic) for topic in topics]
    order = np.argsort(ranks, kind="stable")
    found = np.empty(len(topics))
    found[order] = (np.arange(1, len(topics) + 1) + HEAD) ** -SLOPE
    found[order[len(topics) - round(len(topics) * NEVER_ASKED) :]] = 0.0
    return np.array(
        [
            CAMPAIGN_WEIGHTS.get(topic.key, 0.004) if topic.kind == "campaign" else weight
            for topic, weight in zip(topics, found, strict=True)
        ]
    )


def day_factors(topic: Topic, days: Sequence[date], rng: random.Random) -> Floats:
    """How much more or less than usual it is asked on each day; 0 outside its validity."""
    factors = _drift(len(days), rng) * _season(topic, days)
    if topic.kind == "campaign" and topic.asked_from:
        factors *= _campaign(topic, days)
    return factors * _askable(topic, days) * _rising(topic, days)


def gap_factors(gap: Gap, days: Sequence[date]) -> Floats:
    return np.geomspace(1.0, 1.0 + gap.yearly_growth, len(days))


def _drift(days: int, rng: random.Random) -> Floats:
    months = days // 30 + 2
    steps = np.cumsum([rng.gauss(0.0, MONTHLY_DRIFT) for _ in range(months)])
    chosen = rng.random()
    if chosen < SHARE_WITH_TREND:
        steps += np.linspace(0.0, STRONG_TREND if chosen < SHARE_WITH_TREND / 2 else -STRONG_TREND, months)
    return np.asarray(np.exp(np.interp(np.arange(days) / 30, np.arange(months), steps - steps.mean())))


def _season(topic: Topic, days: Sequence[date]) -> Floats:
    """Months stand for their middle, and a day between two of them for a mixture."""
    factors = np.ones(len(days))
    text = topic.question + "".join(topic.keywords)
    for words, months in SEASONS:
        if any(word in text for word in words):
            by_month = [months.get(number, 1.0) for number in range(1, 13)]
            middles = [-0.5, *(number + 0.5 for number in range(12)), 12.5]
            values = [by_month[-1], *by_month, by_month[0]]
            factors *= np.interp([day.month - 1 + day.day / 31 for day in days], middles, values)
    return factors


def _rising(topic: Topic, days: Sequence[date]) -> Floats:
    """More from the first day of the last whole month on."""
    last = days[-1]
    since = Month(last.year, last.month).later(-1).first_day
    return np.where([day >= since for day in days], RISING.get(topic.key, 1.0), 1.0)


def _campaign(topic: Topic, days: Sequence[date]) -> Floats:
    """Up within ten days, then slowly down, and once more up before the end."""
    assert topic.asked_from is not None  # noqa: S101
    since = np.array([(day - _day(topic.asked_from)).days for day in days], dtype=float)
    shape = np.clip((since + 1) / 10, 0.0, 1.0) * (0.35 + 0.65 * np.exp(-np.clip(since, 0, None) / 45))
    if topic.asked_until:
        left = np.array([(_day(topic.asked_until) - day).days for day in days])
        shape = np.where((left >= 0) & (left < 10), shape * 1.6, shape)
    return np.asarray(shape)


def _askable(topic: Topic, days: Sequence[date]) -> Floats:
    """1 on the days that lie wholly inside its validity."""
    first = _day(topic.asked_from) if topic.asked_from else date.min
    until = _day(topic.asked_until) if topic.asked_until else date.max
    return np.array([float(first < day < until or (day == first and _is_midnight(topic))) for day in days])


def _is_midnight(topic: Topic) -> bool:
    moment = topic.asked_from and topic.asked_from.astimezone(SITE_ZONE)
    return bool(moment and (moment.hour, moment.minute) == (0, 0))


def _day(moment: datetime) -> date:
    return moment.astimezone(SITE_ZONE).date()
