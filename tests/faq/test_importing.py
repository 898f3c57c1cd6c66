"""What rows do to entries: new, changed, unchanged, refused; all of them or none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Agent, AuditRow, BusinessLine
from faq import exchange
from faq.exchange import Content, Reading
from faq.models import Category, Entry, EntryState, Revision, SimilarQuestion, Source
from faq.services import applying, drafting, exporting, importing, publishing, reviewing
from faq.services.importing import Order, Plan, Status
from faq.signals import entries_changed
from kb.lib.errors import RuleBrokenError
from tests.factories import BusinessLineFactory, FirstLoaderFactory, InformationAdministratorFactory, at
from tests.faq.contents import contents

pytestmark = pytest.mark.django_db

ROW = {"external_id": "a", "line": "CARD", "question": "怎么挂失", "answer": "先核对身份。"}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def loader() -> Agent:
    BusinessLineFactory.create(code="CARD")
    return FirstLoaderFactory.create()


def read(*rows: dict[str, Any]) -> Reading:
    reading = Reading()
    for line, row in enumerate(rows, start=1):
        reading.add(line, row)
    return reading


def plan(person: Agent, *rows: dict[str, Any], **how: Any) -> Plan:
    return importing.plan(read(*rows), Order(person, **how))


def load(person: Agent, *rows: dict[str, Any], **how: Any) -> applying.Done:
    return applying.apply(plan(person, *rows, **how), file_name="entries.jsonl")


def live(name: str = "a") -> Revision:
    revision = Entry.objects.get(external_id=name).live_revision
    assert revision is not None
    return revision


def statuses(made: Plan) -> list[str]:
    return [item.status.value for item in made.items]


def problems(made: Plan) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.field) for problem in made.problems]


def test_a_row_becomes_a_draft_with_all_its_fields(loader: Agent) -> None:
    BusinessLineFactory.create(code="LOAN")
    row = {
        **ROW,
        "lines_concerned": ["LOAN"],
        "category": "卡片/挂失",
        "kind": "rule",
        "similar_questions": ["卡丢了", "卡不见了"],
        "key_points": ["核对身份", "立即挂失"],
        "script": "您好",
        "keywords": ["挂失"],
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "review_due_on": "2026-06-01",
        "source": "通知\nhttps://bank.example/1\n2025-12-01",
        "is_restricted": True,
    }
    done = load(loader, row)
    assert (done.new, done.changed, done.unchanged, done.published) == (1, 0, 0, 0)
    entry = Entry.objects.get()
    draft = entry.revisions.get()
    assert entry.state == EntryState.DRAFT
    assert (draft.question, draft.key_points, draft.kind) == ("怎么挂失", ["核对身份", "立即挂失"], "rule")
    assert list(draft.authors.all()) == [loader]
    assert entry.concerned_line_ids == sorted(BusinessLine.objects.values_list("pk", flat=True))
    assert str(entry.category) == "卡片/挂失"
    assert entry.valid_from == at("2026-01-01T00:00:00+08:00")
    assert entry.valid_until == draft.valid_until == at("2026-12-31T23:59:59+08:00")
    assert entry.is_restricted
    assert entry.source == Source.objects.get(link="https://bank.example/1")
    wordings = SimilarQuestion.objects.values_list("text", "origin", "added_by")
    assert list(wordings) == [("卡丢了", "import", loader.pk), ("卡不见了", "import", loader.pk)]


def test_publishing_needs_the_permission_and_marks_the_entry_unsigned(loader: Agent) -> None:
    person = InformationAdministratorFactory.create()
    assert "may not publish" in plan(person, ROW, is_publishing=True).problems[0].reason
    load(loader, ROW, is_publishing=True)
    entry = Entry.objects.get()
    assert entry.state == EntryState.PUBLISHED
    assert entry.is_unsigned


def test_the_same_file_again_writes_nothing(loader: Agent) -> None:
    load(loader, ROW, is_publishing=True)
    before = AuditRow.objects.count(), Revision.objects.count()
    again = load(loader, ROW, is_publishing=True)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    assert (AuditRow.objects.count(), Revision.objects.count()) == before


def test_a_draft_that_was_imported_goes_live_when_asked_for(loader: Agent) -> None:
    load(loader, ROW)
    assert load(loader, ROW).unchanged == 1
    assert load(loader, ROW, is_publishing=True).published == 1
    assert load(loader, ROW, is_publishing=True).unchanged == 1
    assert live().number == 1


def test_a_changed_text_waits_as_a_draft_while_the_old_one_stays_live(loader: Agent) -> None:
    load(loader, ROW, is_publishing=True)
    changed = {**ROW, "answer": "新的说明。"}
    assert load(loader, changed).changed == 1
    assert live().answer == "先核对身份。"
    assert Revision.objects.get(state="draft").answer == "新的说明。"
    assert load(loader, changed).unchanged == 1
    assert load(loader, changed, is_publishing=True).published == 1
    assert live().answer == "新的说明。"
    assert live().number == 2


def test_ones_own_draft_is_written_again(loader: Agent) -> None:
    load(loader, ROW)
    load(loader, {**ROW, "question": "挂失怎么办", "kind": "rule"})
    draft = Revision.objects.get()
    assert (draft.question, draft.kind, draft.number) == ("挂失怎么办", "rule", 1)
    assert Entry.objects.get().kind == "rule"


def test_what_needs_no_seat_changes_at_once_and_can_be_told_later(loader: Agent) -> None:
    load(loader, {**ROW, "similar_questions": ["一", "二"], "keywords": ["旧"]}, is_publishing=True)
    kept = SimilarQuestion.objects.get(text="二")
    heard: list[int] = []

    def listen(entry_ids: list[int], **kwargs: Any) -> None:
        heard.extend(entry_ids)

    entries_changed.connect(listen)
    row = {**ROW, "similar_questions": ["二", "三"], "keywords": ["新"], "category": "a/b"}
    done = load(loader, row)
    entries_changed.disconnect(listen)
    entry = Entry.objects.get()
    assert done.changed == 1
    assert heard == [entry.pk]
    assert [wording.text for wording in entry.similar_questions.all()] == ["二", "三"]
    assert SimilarQuestion.objects.get(text="二").pk == kept.pk
    assert entry.keywords == ["新"]
    assert entry.revisions.count() == 1
    audit = AuditRow.objects.filter(act="entry.imported").latest("pk")
    assert audit.detail["before"] == {"category": "", "similar_questions": ["一", "二"], "keywords": ["旧"]}
    assert audit.detail["run"] == done.run


def test_an_absent_column_leaves_its_field_alone(loader: Agent) -> None:
    load(loader, {**ROW, "keywords": ["挂失"], "valid_until": "2027-01-01"}, is_publishing=True)
    made = plan(loader, {"external_id": "a", "answer": "新"})
    assert made.items[0].fields == ("answer",)
    applying.apply(made, file_name="f")
    draft = Revision.objects.get(state="draft")
    assert (draft.question, draft.answer) == ("怎么挂失", "新")
    assert draft.valid_until == at("2027-01-01T23:59:59+08:00")


def test_an_empty_cell_empties_its_field(loader: Agent) -> None:
    load(loader, {**ROW, "keywords": ["挂失"]}, is_publishing=True)
    load(loader, {**ROW, "answer": "", "keywords": []}, is_publishing=True)
    assert live().answer == ""
    assert Entry.objects.get().keywords == []


@pytest.mark.parametrize(
    ("was", "wanted", "drafts"),
    [
        ("2027-01-01", "2026-06-01", 0),
        (None, "2026-06-01", 0),
        ("2026-06-01", "2027-01-01", 1),
        ("2026-06-01", None, 1),
    ],
)
def test_a_shorter_validity_counts_at_once_a_longer_one_needs_the_seats(
    loader: Agent, was: str | None, wanted: str | None, drafts: int
) -> None:
    load(loader, {**ROW, "valid_until": was}, is_publishing=True)
    before = Entry.objects.get().valid_until
    row = {**ROW, "valid_until": wanted}
    load(loader, row)
    entry = Entry.objects.get()
    assert (entry.valid_until == before) == bool(drafts)
    assert entry.revisions.filter(state="draft").count() == drafts
    assert load(loader, row).unchanged == 1


def test_relations_may_point_at_rows_of_the_same_file(loader: Agent) -> None:
    rows = [{**ROW, "related": ["b"]}, {**ROW, "external_id": "b", "question": "二", "related": ["a"]}]
    load(loader, *rows)
    first, second = Entry.objects.order_by("external_id")
    assert list(first.related.all()) == [second]
    assert list(second.related.all()) == [first]
    assert load(loader, *rows).unchanged == 2


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"question": ""}, "question"),
        ({"line": "NOBODY"}, "line"),
        ({"line": ""}, "line"),
        ({"lines_concerned": ["NOBODY"]}, "lines_concerned"),
        ({"related": ["nobody"]}, "related"),
        ({"related": ["b"]}, "related"),
        ({"valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "valid_until"),
        ({"external_id": "a"}, "external_id"),
        ({"kind": "?"}, "kind"),
        ({"similar_questions": [str(n) for n in range(201)]}, "similar_questions"),
    ],
)
def test_one_bad_row_and_nothing_is_imported(loader: Agent, row: dict[str, Any], field: str) -> None:
    made = plan(loader, ROW, {**ROW, "external_id": "b", **row})
    assert problems(made) == [(2, field)]
    with pytest.raises(RuleBrokenError):
        applying.apply(made, file_name="f")
    assert not Entry.objects.exists()


def test_all_problems_of_a_row_are_told(loader: Agent) -> None:
    made = plan(loader, {"external_id": "a", "kind": "?", "line": "X", "related": ["y"]})
    assert {field for _line, field in problems(made)} == {"question", "kind", "line", "related"}


def test_lines_are_made_when_asked_for(loader: Agent) -> None:
    load(loader, {**ROW, "line": "NEW", "lines_concerned": ["OTHER", "NEW"]}, is_making_lines=True)
    draft = Revision.objects.get()
    assert (draft.line.code, draft.line.name) == ("NEW", "NEW")
    assert [line.code for line in draft.lines_concerned.all()] == ["OTHER"]
    assert AuditRow.objects.filter(act="line.made").count() == 2


def test_rows_without_a_line_belong_to_the_one_named(loader: Agent) -> None:
    load(loader, {"external_id": "a", "question": "一"}, {"question": "二", "line": ""}, line="CARD")
    assert {entry.line.code for entry in Entry.objects.all()} == {"CARD"}


def test_rows_without_an_id_are_known_again_by_line_and_question(loader: Agent) -> None:
    row = {"line": "CARD", "question": "一"}
    load(loader, row)
    assert load(loader, {**row, "answer": "答"}).changed == 1
    assert problems(plan(loader, row, row)) == [(2, "external_id")]


def test_repeated_similar_questions_are_left_out_and_said(loader: Agent) -> None:
    made = plan(loader, {**ROW, "similar_questions": ["怎么挂失", "一", "一 ", "二"]})
    assert made.items[0].content.similar_questions == ("一", "二")
    assert made.notes == ["2 list items that repeat another or the question were left out."]


def test_a_draft_of_somebody_else_is_not_overwritten(loader: Agent) -> None:
    load(loader, ROW, is_publishing=True)
    entry = Entry.objects.get()
    other = InformationAdministratorFactory.create()
    draft = drafting.new_draft(entry, by=other)
    drafting.save_draft(draft, drafting.Text("别人的问题", entry.line), by=other)
    assert statuses(plan(loader, ROW)) == ["unchanged"]
    made = plan(loader, {**ROW, "answer": "新"}, is_publishing=True)
    assert "somebody else is writing" in made.problems[0].reason
    draft = reviewing.submit(Revision.objects.get(state="draft"), by=other)
    made = plan(loader, {**ROW, "answer": "新"})
    assert "being reviewed" in made.problems[0].reason


def test_a_withdrawn_entry_does_not_come_back_by_import(loader: Agent) -> None:
    load(loader, ROW, is_publishing=True)
    publishing.withdraw(Entry.objects.get(), by=loader, reason="停办")
    assert statuses(plan(loader, ROW, is_publishing=True)) == ["unchanged"]
    made = plan(loader, {**ROW, "answer": "新"}, is_publishing=True)
    assert "withdrawn" in made.problems[0].reason


def _edit(entry: Entry, person: Agent) -> None:
    drafting.new_draft(entry, by=person)


def _withdraw(entry: Entry, person: Agent) -> None:
    publishing.withdraw(entry, by=person, reason="停办")


def _learn(entry: Entry, person: Agent) -> None:
    SimilarQuestion.objects.create(entry=entry, text="学来的", origin="learned")


@pytest.mark.parametrize("meanwhile", [_edit, _withdraw, _learn])
def test_what_changed_since_the_plan_is_not_overwritten(
    loader: Agent, meanwhile: Callable[[Entry, Agent], None]
) -> None:
    load(loader, ROW, is_publishing=True)
    made = plan(loader, {**ROW, "answer": "新"}, {**ROW, "external_id": "b"}, is_publishing=True)
    meanwhile(Entry.objects.get(), loader)
    with pytest.raises(RuleBrokenError, match="meanwhile"):
        applying.apply(made, file_name="f")
    assert Entry.objects.count() == 1
    assert live().answer == "先核对身份。"


def test_an_entry_made_meanwhile_by_the_same_name_stops_the_import(loader: Agent) -> None:
    made = plan(loader, ROW, {**ROW, "external_id": "b", "category": "新"})
    load(loader, ROW)
    with pytest.raises(RuleBrokenError, match="meanwhile"):
        applying.apply(made, file_name="f")
    assert Entry.objects.count() == 1
    assert not Category.objects.exists()


def test_many_rows_take_few_statements(loader: Agent, django_assert_max_num_queries: Any) -> None:
    rows = [{**ROW, "external_id": str(n), "similar_questions": [f"问{n}"]} for n in range(300)]
    with django_assert_max_num_queries(60):
        load(loader, *rows, is_publishing=True)
    changed = [{**row, "answer": "新", "keywords": ["词"]} for row in rows]
    with django_assert_max_num_queries(60):
        load(loader, *changed)
    assert Revision.objects.count() == 600


@given(rows=st.lists(contents(), min_size=1, max_size=6), suffix=st.sampled_from([".jsonl", ".csv", ".xlsx"]))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_export_imports_again_without_a_difference(
    loader: Agent, tmp_path: Path, rows: list[Content], suffix: str
) -> None:
    Entry.objects.all().update(live_revision=None, state=EntryState.DRAFT)
    Entry.objects.all().delete()
    for row in rows:
        make_as_if_typed(replace(row, external_id=row.external_id), loader)
    path = tmp_path / f"entries{suffix}"
    assert exporting.export(path) == len(rows)
    for is_publishing in (True, False):
        made = importing.plan(exchange.read(path), Order(loader, is_publishing=is_publishing))
        assert made.problems == []
        assert {item.status for item in made.items} == {Status.UNCHANGED}


def make_as_if_typed(content: Content, person: Agent) -> None:
    """Publish it past the import, with texts that no service tidied; NUL alone cannot be in the database."""
    line = BusinessLine.objects.get(code=content.line)
    entry = drafting.create_entry(drafting.Text("x", line), by=person, external_id=content.external_id).entry
    revision = entry.revisions.get()
    for name in ("question", "key_points", "answer", "script", "kind", "valid_from", "valid_until"):
        setattr(revision, name, _without_nul(getattr(content, name)))
    revision.save()
    publishing.publish(revision, by=person)
    entry.refresh_from_db()
    entry.keywords = _without_nul(content.keywords)
    entry.review_due_on, entry.is_restricted = content.review_due_on, content.is_restricted
    entry.save()
    for text in dict.fromkeys(_without_nul(content.similar_questions)):
        SimilarQuestion.objects.create(entry=entry, text=text)


def _without_nul(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_without_nul(item) for item in value]
    return value.replace("\x00", "") if isinstance(value, str) else value
