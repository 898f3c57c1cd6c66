"""A draft as its form holds it: nothing is changed by being shown and sent back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Agent, AuditRow
from faq import sheet as sheets
from faq.models import Revision
from tests.factories import DraftEntryFactory, InformationAdministratorFactory
from tests.faq.test_editor_pages import address, form_of
from tests.search.test_dictionary_pages import logged_in

VALUES = st.lists(st.text("ab挂失\\n\n\r\t 2026-01T:0", max_size=12), max_size=3)
FORMS = st.fixed_dictionaries(dict.fromkeys(sheets.NAMES, VALUES))


@settings(deadline=None)
@given(FORMS)
def test_what_is_normal_stays_as_it_is(values: dict[str, list[str]]) -> None:
    sheet = sheets.normal(values)
    assert sheets.normal(sheet) == sheet
    assert set(sheet) == set(sheets.NAMES)
    assert not sheets.differing(sheet, sheets.normal(sheet))


@settings(deadline=None)
@given(FORMS, FORMS, st.sets(st.sampled_from([part.name for part in sheets.PARTS])))
def test_taking_parts_of_another_takes_those_and_no_others(
    mine: dict[str, list[str]], theirs: dict[str, list[str]], names: set[str]
) -> None:
    left, right = sheets.normal(mine), sheets.normal(theirs)
    merged = sheets.with_parts(left, right, names)
    for part in sheets.PARTS:
        source = right if part.name in names else left
        assert sheets.value_of(merged, part) == sheets.value_of(source, part)


def test_the_name_behind_a_related_entry_s_number_is_no_difference() -> None:
    left, right = (sheets.normal({"related": [text]}) for text in ("12 怎么挂失\n3", "12\n3 别的"))
    assert not sheets.differing(left, right)
    assert sheets.digests(left) == sheets.digests(right)


@pytest.mark.django_db
def test_a_form_that_is_sent_back_as_it_was_shown_changes_nothing() -> None:
    writer: Agent = InformationAdministratorFactory.create()
    entry = DraftEntryFactory.create(
        key_points=["第一行\n第二行", "反斜杠 \\n 不是换行", "3b 分支"],
        answer="| 项目 | 金额 |\n| --- | --- |\n| 挂失 | 40 |\n\n内部：a\\b",
        script="{姓氏}您好",
        similar_questions=["a\\nb", "卡丢了"],
        keywords=["挂失"],
    )
    draft = Revision.objects.get(entry=entry)
    before = drafts_row(draft)
    assert logged_in(writer).post(address(draft), form_of(draft, writer)).status_code == 302
    assert drafts_row(draft) == before
    assert not AuditRow.objects.filter(act__in=["draft.saved", "entry.curated"]).exists()


def drafts_row(draft: Revision) -> dict[str, object]:
    return dict(Revision.objects.filter(pk=draft.pk).values().get())
