"""`manage.py load_demo`: everything or nothing, once, and counted like everything else."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Sum
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from bulletins.models import Bulletin, Receipt
from courier.models import Notification
from faq import reads as faq_reads
from faq.models import Entry, EntryState, Flag, Purpose, Revision, RevisionState, SignOff
from hits.models import Call, DailyHits, Hit, HitEvent, LineHours, MonthlyHits, SearchLog
from hits.recount import recount
from inquiries.models import Inquiry, Round
from kb.demo import entries, loading, spikes
from kb.demo.authoring import EMERGENCY, NOTICE_TITLE, PASSAGES
from kb.demo.house import demo_agents
from kb.demo.story import EXPIRED, NEW, RESTRICTED, SCHEDULED, WITHDRAWN, Story, story_of
from kb.demo.variants import VARIANTS
from kb.home.work import sections_for
from reports.models import Spike
from tests.factories import BusinessLineFactory, PublishedEntryFactory

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture
def committed(transactional_db: None, settings: Settings) -> None:
    """The roll-up reads committed events only; the tables are emptied afterwards, the roles with them."""
    settings.WENQU_DEMO = True
    settings.IS_EMBEDDED = True
    for role in Role:
        Group.objects.get_or_create(name=role.value)


def load(calls: int = 500) -> None:
    call_command("load_demo", calls=calls, verbosity=0)


def _check_spikes() -> None:
    """Both crowds were seen as they came, and nobody's bell rings for what was months ago."""
    outage, *earlier = Spike.objects.alerts().order_by("-started_at")
    assert earlier
    assert not Spike.objects.filter(ended_at=None).exists()
    told = Notification.objects.filter(key=f"spike:{outage.pk}")
    assert told.exists()
    assert {one.told_at - outage.started_at for one in told} == {spikes.EVERY}
    assert not told.filter(seen_at=None).exists()


def test_the_demo_is_loaded_counted_and_refused_a_second_time(committed: None) -> None:
    load()
    of_an_inquiry = 1
    assert Entry.objects.exclude(state=EntryState.DRAFT).count() == len(entries.rows(NOW)) + of_an_inquiry
    _check_inquiries()
    assert Call.objects.count() == 500
    assert HitEvent.objects.count() > 1500
    assert SearchLog.objects.count() > 400
    hits = Hit.objects.count()
    assert hits > 400
    assert [table.objects.aggregate(n=Sum("hits"))["n"] for table in (DailyHits, MonthlyHits, LineHours)] == [
        hits
    ] * 3
    _check_spikes()
    assert recount() == []
    _check_times()
    _check_variants()
    _check_entries()
    _check_people()
    _check_work()
    with pytest.raises(CommandError, match=r"empty database, and faq\.Entry has rows"):
        load()
    assert Call.objects.count() == 500


def _check_variants() -> None:
    with_variants = Revision.objects.exclude(variants=[]).filter(state=RevisionState.PUBLISHED)
    assert set(with_variants.values_list("entry__external_id", flat=True)) == set(VARIANTS)
    assert set(with_variants.values_list("live_entry__state", flat=True)) == {EntryState.PUBLISHED}


def _check_inquiries() -> None:
    """All states, one late, one provisional, one that became an entry."""
    assert set(Inquiry.objects.values_list("state", flat=True)) == set(Inquiry.State)
    assert Round.objects.filter(answered_at=None, replied_at=None, reply_due_at__lte=Now()).count() == 1
    assert Round.objects.filter(is_provisional=True).count() >= 1
    assert Inquiry.objects.filter(entry_published_at__isnull=False).count() == 1


def _check_times() -> None:
    """Nothing happens in the future, or with an entry that agents could not see."""
    events = HitEvent.objects.all()
    assert not events.filter(at__lt=F("entry__published_at")).exists()
    assert not events.filter(at__lt=F("entry__valid_from")).exists()
    assert not events.filter(at__gte=F("entry__valid_until")).exists()
    assert not events.filter(at__gte=F("entry__withdrawn_at")).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM hits_call WHERE ended_at > clock_timestamp() OR ended_at < started_at"
        )
        assert cursor.fetchone()[0] == 0
    assert not events.exclude(line=F("entry__line")).exists()
    assert not SearchLog.objects.filter(text__regex=r"\d{11}").exists()


def _check_entries() -> None:
    state = dict(Entry.objects.exclude(state=EntryState.DRAFT).values_list("external_id", "state"))
    assert state.pop(WITHDRAWN) == state.pop(EMERGENCY) == EntryState.WITHDRAWN
    assert set(state.values()) == {EntryState.PUBLISHED}
    in_force = set(Entry.objects.in_force().values_list("external_id", flat=True))
    assert not in_force & {WITHDRAWN, EXPIRED, SCHEDULED}
    assert in_force >= {*NEW, RESTRICTED}
    assert Entry.objects.get(is_restricted=True).external_id == RESTRICTED
    assert 0 < Entry.objects.filter(is_unsigned=True).count() < 40
    for revision in Revision.objects.filter(live_entry__is_unsigned=False).prefetch_related("sign_offs")[:50]:
        needed = {None, revision.line_id, *revision.lines_concerned.values_list("pk", flat=True)}
        assert {sign_off.line_id for sign_off in revision.sign_offs.all()} == needed
        assert max(sign_off.signed_at for sign_off in revision.sign_offs.all()) == revision.published_at
    assert not SignOff.objects.filter(reviewer=F("revision__authors")).exists()
    assert Flag.objects.filter(answered_at=None).count() >= 3


def _check_work() -> None:
    """Nobody who tries the work list finds it empty."""
    people = {person.username: person for person in Agent.objects.all()}
    assert {
        name: [section.key for section in sections_for(people[name]) if section.rows]
        for name in ("info", "callcentre", "business", "supervisor")
    } == {
        "info": [
            *("emergencies", "sent_back", "flags", "inquiries", "drafts", "expiring", "review_due"),
            "bulletins",
        ],
        "callcentre": ["to_sign", "sent_back", "drafts"],
        "business": ["to_sign", "flags", "inquiries", "drafts", "expiring", "review_due"],
        "supervisor": ["emergencies", "inquiries"],
    }
    assert Bulletin.objects.unread_by(people["agent"]).filter(is_must_read=True).exclude(quiz="").count() == 1
    assert Bulletin.objects.over().filter(urgency="urgent").count() == 1
    assert Receipt.objects.count() > 100
    asked = [task.text for task in faq_reads.to_sign(people["business"], 50) if task.is_mine]
    assert asked == ["账单分期怎么办、利息多少"]
    emergency = Revision.objects.get(purpose=Purpose.EMERGENCY, state=RevisionState.IN_REVIEW)
    assert emergency.due_at is not None
    assert Entry.objects.filter(state=EntryState.DRAFT, source__title=NOTICE_TITLE).count() == len(PASSAGES)
    mine = Flag.objects.filter(raised_by=people["agent"])
    assert {flag.answered_at is None for flag in mine} == {True, False}


def _check_people() -> None:
    agents = Agent.objects.filter(is_demo=True, username__startswith="agent0")
    assert not any(agent.has_usable_password() for agent in agents)
    assert BusinessLine.objects.get(code="CREDITCARD").name == "信用卡中心"
    team = Agent.objects.filter(supervisor__username="supervisor")
    assert sorted(team.values_list("groups__name").annotate(n=Count("pk"))) == [
        (Role.AGENT.value, 16),
        (Role.BUSINESS_EXPERT.value, 1),
    ]
    assert not Agent.objects.get(username="info").has_perm("accounts.publish_unsigned")
    taken = set(Call.objects.values_list("agent", flat=True))
    supervisors = Group.objects.get(name=Role.SUPERVISOR)
    assert not Agent.objects.filter(pk__in=taken, groups=supervisors).exists()


def test_the_night_jobs_are_asked_for_at_once(committed: None) -> None:
    load()
    waiting = "SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' AND task_name LIKE 'search.%'"
    with connection.cursor() as cursor:
        cursor.execute(waiting)
        names = {name for (name,) in cursor.fetchall()}
    assert names >= {"search.propose_similar_questions", "search.find_gaps"}


def test_a_load_that_is_killed_leaves_nothing(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_rows: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "load_events", killed)
    with pytest.raises(KeyboardInterrupt):
        load(100)
    assert not Entry.objects.exists()
    assert not Agent.objects.exists()
    assert not Call.objects.exists()


@pytest.mark.django_db
def test_it_is_refused_outside_demo_mode(settings: Settings) -> None:
    settings.WENQU_DEMO = False
    with pytest.raises(CommandError, match="WENQU_DEMO=1 turns it on"):
        load()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_embedded", "make", "name"),
    [
        (True, PublishedEntryFactory.create, "faq.Entry"),
        (False, BusinessLineFactory.create, "accounts.BusinessLine"),
    ],
)
def test_it_is_refused_where_rows_are(
    settings: Settings,
    is_embedded: bool,  # noqa: FBT001
    make: Callable[[], object],
    name: str,
) -> None:
    settings.WENQU_DEMO, settings.IS_EMBEDDED = True, is_embedded
    make()
    with pytest.raises(CommandError, match=name):
        load()


@pytest.mark.django_db
def test_it_is_refused_to_the_web_role(settings: Settings) -> None:
    settings.WENQU_DEMO = True
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_web")
    with pytest.raises(CommandError, match="owner"):
        load()


@pytest.fixture(scope="module")
def stories() -> dict[str, Story]:
    rng = random.Random(1)
    return {row["external_id"]: story_of(row, NOW, rng) for row in entries.rows(NOW)}


def test_most_entries_are_older_than_the_year_and_nothing_is_of_tomorrow(stories: dict[str, Story]) -> None:
    old = [story for story in stories.values() if story.published_at < NOW - timedelta(days=380)]
    assert len(old) > 0.85 * len(stories)
    assert all(story.published_at <= story.live_since < NOW for story in stories.values())
    assert all(story.published_at < story.withdrawn_at for story in stories.values() if story.withdrawn_at)
    assert len([story for story in stories.values() if story.revised_at]) > 50


def test_a_campaign_is_published_before_it_begins(stories: dict[str, Story]) -> None:
    for row in entries.rows(NOW):
        begins = entries.moment(row["valid_from"])
        if begins and row["kind"] == "campaign":
            assert stories[row["external_id"]].published_at < begins


def test_teams_have_a_supervisor_each_and_agents_their_lines() -> None:
    people = demo_agents(1)
    assert [sum(person.team == team for person in people) for team in range(8)] == [15] * 8
    assert all(person.lines for person in people)
    assert len({person.name for person in people}) == 120
