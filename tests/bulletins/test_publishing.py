"""A bulletin's way out: begun, changed, published."""

import pytest

from accounts.models import AuditRow
from accounts.roles import Role
from bulletins.services import publishing
from kb.lib.errors import RuleBrokenError
from tests.factories import AgentFactory, BusinessLineFactory, PublishedEntryFactory, SupervisorFactory


@pytest.mark.django_db
def test_a_bulletin_begins_as_a_draft_that_nobody_is_told_of() -> None:
    line, entry = BusinessLineFactory.create(), PublishedEntryFactory.create()
    bulletin = publishing.begin(
        title=" 手机银行转账故障 ",
        body="正在抢修，请安抚客户。",
        by=SupervisorFactory.create(),
        urgency="urgent",
        line_ids=[line.pk],
        roles=[Role.AGENT],
        entries=[entry],
    )
    assert bulletin.is_draft
    assert (bulletin.title, bulletin.urgency, bulletin.roles) == ("手机银行转账故障", "urgent", ["agent"])
    assert list(bulletin.lines.all()) == [line]
    assert list(bulletin.entries.all()) == [entry]
    assert AuditRow.objects.get(subject_kind="bulletins.bulletin").act == "bulletin.drafted"


@pytest.mark.django_db
def test_an_agent_writes_no_bulletins() -> None:
    with pytest.raises(RuleBrokenError):
        publishing.begin(title="通告", body="正文", by=AgentFactory.create())
