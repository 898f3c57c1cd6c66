"""An import by the page, without the page: kept, read by the worker, applied as previewed, undone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from accounts.models import Agent
from faq.models import ColumnMap, Entry, ImportRow, ImportRun, RevisionState
from faq.services import curating, import_runs, import_work
from faq.services.curating import Curation
from faq.tasks import read_import
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    BusinessLineFactory,
    FirstLoaderFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)

pytestmark = pytest.mark.django_db
State = ImportRun.State
HEADER = "external_id,line,question,answer\n"
GOOD = (HEADER + "a,CARD,怎么挂失,先核对身份。\nb,CARD,怎么补卡,五天。\n").encode()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def loader() -> Agent:
    BusinessLineFactory.create(code="CARD")
    return FirstLoaderFactory.create()


def fresh(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)


def bring(content: bytes, by: Agent, name: str = "a.csv", **options: Any) -> ImportRun:
    run = import_runs.upload(name, content, by=by, options=options)
    read_import(run.pk)
    return fresh(run)


def apply(run: ImportRun, by: Agent) -> ImportRun:
    import_runs.ask_to_apply(run, by=by)
    import_work.run_applying(run.pk)
    return fresh(run)


def undo(run: ImportRun, by: Agent) -> ImportRun:
    import_runs.ask_to_undo(run, by=by)
    import_work.run_undoing(run.pk)
    return fresh(run)


def rows(run: ImportRun) -> list[tuple[int, str]]:
    return list(run.rows.values_list("number", "status"))


def test_the_worker_is_asked_to_read_it(loader: Agent) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    run = import_runs.upload("a.csv", GOOD, by=loader, options={})
    assert (run.state, bytes(fresh(run).content)) == (State.UPLOADED, GOOD)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("faq.read_import", {"run_id": run.pk})


def test_every_row_is_previewed_with_its_difference(loader: Agent) -> None:
    BusinessLineFactory.create(code="LOAN")
    entry = PublishedEntryFactory.create(external_id="a", question="怎么挂失")
    run = bring(
        (
            f"external_id,line,question,answer,keywords\na,{entry.line.code},怎么挂失,新答案,挂失\n"
            "b,LOAN,怎么补卡,五天,\nc,NONE,怎么销卡,,\n"
        ).encode(),
        loader,
    )
    assert run.state == State.READY
    assert run.counts == {"new": 1, "changed": 1, "unchanged": 0, "error": 1}
    changed, new, bad = run.rows.all()
    assert changed.changes == {"answer": ["", "新答案"], "keywords": ["", "挂失"]}
    assert (new.status, new.changes["question"]) == ("new", ["", "怎么补卡"])
    assert (bad.number, bad.problems) == (4, [["line", "", "there is no business line “NONE”"]])


def test_what_is_applied_is_what_was_previewed(loader: Agent) -> None:
    run = apply(bring(GOOD, loader), loader)
    assert (run.state, run.counts["new"], run.counts["published"]) == (State.DONE, 2, 0)
    assert run.applied_at is not None
    assert Entry.objects.count() == 2
    again = bring(GOOD, loader)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 2, "error": 0}
    with pytest.raises(RuleBrokenError, match="nothing to import"):
        import_runs.ask_to_apply(again, by=loader)


def test_a_change_since_the_preview_is_refused_with_a_fresh_one(loader: Agent) -> None:
    apply(bring(GOOD, loader), loader)
    run = bring((HEADER + "a,CARD,怎么挂失,改过的\n").encode(), loader)
    entry = Entry.objects.get(external_id="a")
    curating.apply([Curation(entry.pk, {"keywords": ["别人的"]})], by=loader)
    refused = apply(run, loader)
    assert refused.state == State.READY
    assert "Somebody changed entries" in refused.error
    assert refused.fingerprint != run.fingerprint
    assert apply(refused, loader).state == State.DONE


def test_a_change_in_the_last_moment_is_refused_too(loader: Agent, monkeypatch: Any) -> None:
    from faq.services import applying

    run = bring(GOOD, loader)

    def meanwhile(*args: Any, **kwargs: Any) -> None:
        raise RuleBrokenError("meanwhile")

    monkeypatch.setattr(applying, "apply", meanwhile)
    refused = apply(run, loader)
    assert (refused.state, Entry.objects.count()) == (State.READY, 0)
    assert "nothing was imported" in refused.error


def test_a_row_with_a_problem_keeps_the_others_out(loader: Agent) -> None:
    run = bring((HEADER + "a,CARD,,\nb,CARD,问,\n").encode(), loader)
    assert rows(run) == [(2, "error"), (3, "new")]
    with pytest.raises(RuleBrokenError, match="nothing was imported"):
        import_runs.ask_to_apply(run, by=loader)


def test_an_import_is_undone_once(loader: Agent) -> None:
    run = undo(apply(bring(GOOD, loader), loader), loader)
    assert (run.state, run.outcome["discarded"], run.undone_by) == (State.UNDONE, 2, loader)
    assert not Entry.objects.filter(revisions__state=RevisionState.DRAFT).exists()
    with pytest.raises(RuleBrokenError, match="only once"):
        import_runs.ask_to_undo(run, by=loader)


def test_a_colleague_may_undo_it_but_not_change_or_apply_it(loader: Agent) -> None:
    colleague = InformationAdministratorFactory.create()
    run = bring(GOOD, loader)
    with pytest.raises(RuleBrokenError, match="Only who brought"):
        import_runs.ask_to_apply(run, by=colleague)
    with pytest.raises(RuleBrokenError, match="Only who brought"):
        import_runs.read_again(run, by=colleague, options={})
    assert undo(apply(run, loader), colleague).undone_by == colleague


def test_who_may_not_import_does_nothing_of_it(loader: Agent) -> None:
    run = apply(bring(GOOD, loader), loader)
    acts: list[Callable[[Agent], object]] = [
        lambda by: import_runs.upload("a.csv", GOOD, by=by, options={}),
        lambda by: import_runs.read_again(run, by=by, options={}),
        lambda by: import_runs.ask_to_apply(run, by=by),
        lambda by: import_runs.ask_to_undo(run, by=by),
    ]
    for act in acts:
        with pytest.raises(RuleBrokenError, match="may not import"):
            act(SupervisorFactory.create())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xls", b"x", "Save the workbook as .xlsx"),
        ("a.xlsm", b"x", "Save the workbook as .xlsx"),
        ("a.pdf", b"x", "neither XLSX, CSV nor JSONL"),
        ("", b"x", "neither XLSX, CSV nor JSONL"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"x" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_a_file_we_do_not_take_is_refused_at_once(
    loader: Agent, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(RuleBrokenError, match=reason):
        import_runs.upload(name, content, by=loader, options={})
    assert not ImportRun.objects.exists()


def test_a_file_that_cannot_be_read_says_why(loader: Agent) -> None:
    run = bring(b"not a zip", loader, "a.xlsx")
    assert (run.state, run.error) == (State.FAILED, "the file is not an XLSX workbook")


def test_foreign_columns_are_guessed_and_what_is_told_is_remembered(loader: Agent) -> None:
    content = "标准问题,答案,备注\n怎么挂失,先核对身份,甲\n".encode()
    run = bring(content, loader, line="CARD")
    assert run.options["columns"] == {"标准问题": "question", "答案": "answer"}
    assert run.options["samples"][2] == ["备注", ["甲"]]
    assert rows(run) == [(1, "error")]
    columns = {"标准问题": "question", "答案": "answer", "备注": ""}
    import_runs.read_again(run, by=loader, options={}, columns=columns)
    read_import(run.pk)
    assert rows(run) == [(2, "new")]
    assert ColumnMap.objects.get().fields == columns
    assert rows(bring(content, loader, line="CARD")) == [(2, "new")]
    colleague = InformationAdministratorFactory.create()
    assert rows(bring(content, colleague, line="CARD")) == [(1, "error")]


def test_one_field_for_two_columns_is_refused(loader: Agent) -> None:
    run = bring("标准问题,备注\n问,甲\n".encode(), loader)
    with pytest.raises(RuleBrokenError, match="Two columns"):
        import_runs.read_again(
            run, by=loader, options={}, columns={"标准问题": "question", "备注": "question"}
        )


def test_a_hidden_entry_is_neither_shown_nor_changed(loader: Agent) -> None:
    hidden = PublishedEntryFactory.create(external_id="a", question="秘密", is_restricted=True)
    run = bring(GOOD, loader)
    bad = run.rows.get(status="error")
    assert bad.problems == [["external_id", "", "is taken; choose another external id"]]
    assert "秘密" not in str(list(run.rows.values()))
    run = bring(
        "external_id,line,question,related\nc,CARD,问,a\n".encode(),
        loader,
    )
    assert run.rows.get().problems == [["related", "", "there is no entry “a”"]]
    assert hidden.pk


def test_a_colleague_reads_no_row_of_restricted_entries_of_other_lines(loader: Agent) -> None:
    card = BusinessLineFactory.create(code="CARD2")
    content = (
        "external_id,line,question,is_restricted\na,CARD2,秘密,true\nb,CARD2,公开,\n,CARD2,,true\n"
    ).encode()
    run = bring(content, loader)

    def seen(person: Agent) -> list[int]:
        return list(ImportRow.objects.readable_by(person).filter(run=run).values_list("number", flat=True))

    assert seen(loader) == [2, 3, 4]
    assert seen(InformationAdministratorFactory.create(lines=[card])) == [2, 3, 4]
    colleague = InformationAdministratorFactory.create()
    assert seen(colleague) == [3]
    PublishedEntryFactory.create(external_id="b", line=card, is_restricted=True)
    assert seen(colleague) == []
    assert seen(loader) == [2, 3, 4]


def test_a_job_that_comes_twice_does_nothing_the_second_time(loader: Agent) -> None:
    run = apply(bring(GOOD, loader), loader)
    import_work.run_applying(run.pk)
    read_import(run.pk)
    assert fresh(run).state == State.DONE


def test_an_import_the_worker_has_forgotten_can_be_read_again(loader: Agent) -> None:
    run = bring(GOOD, loader)
    import_runs.ask_to_apply(run, by=loader)
    with pytest.raises(RuleBrokenError, match="being worked on"):
        import_runs.read_again(run, by=loader, options={})
    ImportRun.objects.filter(pk=run.pk).update(told_at="2026-01-01T00:00:00Z")
    import_runs.read_again(run, by=loader, options={})
    read_import(run.pk)
    assert fresh(run).state == State.READY


def test_the_roles_of_the_pages_and_of_the_worker_may_do_all_of_it(loader: Agent) -> None:
    def act_as(role: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")

    act_as("wenqu_web")
    run = import_runs.upload("a.csv", GOOD, by=loader, options={"publish": True})
    act_as("wenqu_counter")
    read_import(run.pk)
    act_as("wenqu_web")
    import_runs.ask_to_apply(run, by=loader)
    act_as("wenqu_counter")
    import_work.run_applying(run.pk)
    act_as("wenqu_web")
    import_runs.ask_to_undo(run, by=loader)
    act_as("wenqu_counter")
    import_work.run_undoing(run.pk)
    assert fresh(run).outcome["withdrawn"] == 2


def test_a_failure_of_ours_is_told_and_imports_nothing(loader: Agent, monkeypatch: Any) -> None:
    from faq.services import applying

    run = bring(GOOD, loader)
    import_runs.ask_to_apply(run, by=loader)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(applying, "apply", fail)
    with pytest.raises(RuntimeError):
        import_work.run_applying(run.pk)
    assert (fresh(run).state, Entry.objects.count()) == (State.READY, 0)
    assert "nothing was imported" in fresh(run).error


def test_signs_no_database_can_hold_do_not_break_a_preview(loader: Agent) -> None:
    run = bring(b'{"que\\u0000stion": "\\ud800", "line": "CARD"}\n', loader, "a.jsonl")
    assert run.state == State.READY
    assert rows(run) == [(1, "error")]
