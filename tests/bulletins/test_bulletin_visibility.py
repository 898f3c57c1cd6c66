"""Who is told of a bulletin and who may read it: each verb against its predicate, case by case."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from accounts.models import Agent
from accounts.roles import Role
from bulletins.models import Bulletin, Receipt
from faq.services.locking import database_now
from tests.bulletins.bulletins import drafted, published
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    PersonFactory,
    SupervisorFactory,
)

pytestmark = pytest.mark.django_db


def lasting(bulletin: Bulletin, starts_at: datetime | None, ends_at: datetime | None) -> Bulletin:
    Bulletin.objects.filter(pk=bulletin.pk).update(starts_at=starts_at, ends_at=ends_at)
    bulletin.refresh_from_db()
    return bulletin


def test_in_force_is_the_same_for_rows_and_for_one_row_to_the_second() -> None:
    now = database_now()
    before, after = now - timedelta(hours=1), now + timedelta(hours=1)
    spans = [(None, None), (before, None), (now, None), (after, None), (None, before), (None, now)]
    spans += [(None, after), (before, now), (before, after)]
    rows = [lasting(published(), *span) for span in spans] + [drafted()]
    rows.append(published())
    rows[-1].withdrawn_at = now
    rows[-1].save(update_fields=["withdrawn_at"])
    moments = [now + timedelta(seconds=seconds) for seconds in (-1, 0, 1, 3599, 3600, 3601)]
    for at in moments:
        told = set(Bulletin.objects.in_force(at).values_list("pk", flat=True))
        assert told == {row.pk for row in rows if row.is_in_force(at)}, at
    assert {row.pk for row in rows if row.is_in_force(now)} == {rows[n].pk for n in (0, 1, 2, 6, 8)}


def test_an_audience_is_the_same_asked_from_either_side() -> None:
    lines = BusinessLineFactory.create_batch(2)
    for roles, chosen in product(([], [Role.AGENT], [Role.AGENT, Role.SUPERVISOR]), ([], lines[:1], lines)):
        drafted(roles=roles, line_ids=[line.pk for line in chosen])
    people = [
        factory.create(lines=own)
        for factory in (AgentFactory, SupervisorFactory, PersonFactory)
        for own in ([], lines[1:], lines)
    ]
    people.append(AgentFactory.create(lines=lines, is_active=False))
    rows, told = list(Bulletin.objects.all()), 0
    for row in rows:
        asked = [person for person in people if Bulletin.objects.for_audience(person).filter(pk=row.pk)]
        assert asked == [person for person in people if row.is_for(person)]
        assert asked == [person for person in people if person in row.audience]
        told += len(asked)
    assert 0 < told < len(rows) * len(people)


def reads(person: Agent) -> set[str]:
    return set(Bulletin.objects.visible_to(person).values_list("title", flat=True))


def test_agents_read_what_is_in_force_and_meant_for_them() -> None:
    line, now = BusinessLineFactory.create(), database_now()
    writer = InformationAdministratorFactory.create(lines=[line])
    published(title="全体")
    published(title="本条线", line_ids=[line.pk])
    published(title="主管的", roles=[Role.SUPERVISOR])
    published(title="以后的", starts_at=now + timedelta(hours=1))
    lasting(published(title="过去的"), None, now - timedelta(seconds=1))
    drafted(title="草稿")
    drafted(writer, title="限本条线", line_ids=[line.pk], is_restricted=True)
    everything = {"全体", "本条线", "主管的", "以后的", "过去的", "草稿"}
    assert reads(AgentFactory.create()) == {"全体"}
    assert reads(AgentFactory.create(lines=[line])) == {"全体", "本条线"}
    assert reads(BusinessExpertFactory.create(lines=[line])) == {"全体", "本条线"}
    assert reads(AuditorFactory.create()) == everything - {"草稿", "以后的"}
    assert reads(SupervisorFactory.create()) == everything
    assert reads(writer) == everything | {"限本条线"}
    assert reads(SupervisorFactory.create(is_active=False)) == set()


def test_a_restricted_one_is_closed_to_everybody_of_other_lines() -> None:
    line = BusinessLineFactory.create()
    writer = SupervisorFactory.create(lines=[line])
    published(writer, title="仅限", line_ids=[line.pk], is_restricted=True)
    for factory in (AgentFactory, AuditorFactory, InformationAdministratorFactory):
        assert reads(factory.create()) == set()
        assert reads(factory.create(lines=[line])) == {"仅限"}


def test_unread_is_what_has_no_receipt_of_its_present_version() -> None:
    agent, bulletin = AgentFactory.create(), published()
    drafted()
    assert list(Bulletin.objects.unread_by(agent)) == [bulletin]
    Receipt.objects.create(bulletin=bulletin, person=agent, version=1)
    assert not Bulletin.objects.unread_by(agent).exists()
    Bulletin.objects.update(version=2)
    assert list(Bulletin.objects.unread_by(agent)) == [bulletin]
    assert agent in Bulletin.objects.get(pk=bulletin.pk).not_read_by
