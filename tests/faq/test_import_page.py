"""The pages of imports: who may, what is shown, what happens, and what is refused."""

import io
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import Agent
from faq.models import Entry, ImportRun
from faq.services import import_runs, import_work
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    FirstLoaderFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/knowledge/imports/"
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=")
HEADER = "external_id,line,question,answer\n"
GOOD = (HEADER + "a,CARD,怎么挂失,先核对身份。\nb,CARD,怎么补卡,五天。\n").encode()
ACTS = ["", "progress/", "read/", "apply/", "undo/"]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def logged_in(person: Agent) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def loader() -> Agent:
    BusinessLineFactory.create(code="CARD", name="信用卡中心")
    return FirstLoaderFactory.create()


@pytest.fixture
def client(loader: Agent) -> Client:
    return logged_in(loader)


def bring(by: Agent, content: bytes = GOOD, name: str = "a.csv", **options: Any) -> ImportRun:
    run = import_runs.upload(name, content, by=by, options=options)
    import_work.run_reading(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def applied(by: Agent, content: bytes = GOOD) -> ImportRun:
    run = import_runs.ask_to_apply(bring(by, content), by=by)
    import_work.run_applying(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def page_of(client: Client, run: ImportRun, query: str = "") -> str:
    answer = client.get(f"{LIST}{run.key}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_file_goes_from_the_form_to_the_entries_and_back(client: Client) -> None:
    file = SimpleUploadedFile("卡片.csv", GOOD)
    answer = client.post(f"{LIST}upload/", {"file": file, "line": "", "make_lines": ""})
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == f"{LIST}{run.key}/"
    assert "being read" in page_of(client, run)
    import_work.run_reading(run.pk)
    assert "2 new, 0 changed" in page_of(client, run)
    client.post(f"{LIST}{run.key}/apply/")
    assert "being applied" in page_of(client, run)
    import_work.run_applying(run.pk)
    assert "2 new, 0 changed, 0 unchanged; 0 published." in page_of(client, run)
    assert Entry.objects.count() == 2
    client.post(f"{LIST}{run.key}/undo/")
    import_work.run_undoing(run.pk)
    assert "Drafts thrown away: 2" in page_of(client, run)
    shown = client.get(LIST).content.decode()
    assert "卡片.csv" in shown
    assert "Undone" in shown


def test_rows_can_be_pasted(client: Client) -> None:
    client.post(f"{LIST}upload/", {"rows": "question\tanswer\n怎么挂失\t=1+1\n", "line": "CARD"})
    run = ImportRun.objects.get()
    import_work.run_reading(run.pk)
    assert run.file_name == "pasted.csv"
    assert "=1+1" in page_of(client, run)


def test_a_bad_row_is_shown_with_its_cell_and_reason(client: Client, loader: Agent) -> None:
    run = bring(loader, (HEADER + "a,CARD,,\nb,NONE,问,\n").encode())
    shown = page_of(client, run)
    assert "2 rows have problems" in shown
    assert "there is no business line “NONE”" in shown
    assert "/apply/" not in shown


def test_a_change_is_shown_word_by_word(client: Client, loader: Agent) -> None:
    applied(loader)
    shown = page_of(client, bring(loader, (HEADER + "a,CARD,怎么挂失,先核对密码。\n").encode()))
    assert "先核对<del>身份</del><ins>密码</ins>。" in shown


def test_rows_are_shown_fifty_to_a_page_and_by_what_they_do(client: Client, loader: Agent) -> None:
    content = HEADER + "".join(f"n{number},CARD,问题{number},\n" for number in range(60))
    run = bring(loader, content.encode())
    assert page_of(client, run).count('<th scope="row">') == 50 + 4
    assert page_of(client, run, "?page=2").count('<th scope="row">') == 10 + 4
    assert "There is no such row." not in page_of(client, run, "?status=error")
    assert "问题59" in page_of(client, run, "?status=new&page=2")


def test_the_number_of_queries_does_not_grow_with_rows_or_runs(
    client: Client, loader: Agent, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    few = bring(loader)
    list_before, before = queries(LIST), queries(f"{LIST}{few.key}/")
    content = HEADER + "".join(f"n{number},CARD,问题{number},\n" for number in range(40))
    many = [bring(loader, content.encode()) for _ in range(3)]
    assert queries(LIST) == list_before
    assert queries(f"{LIST}{many[0].key}/") == before


def test_columns_of_other_names_are_told_on_the_page(client: Client, loader: Agent) -> None:
    run = bring(loader, "标准问题,备注\n怎么挂失,甲\n".encode(), line="CARD")
    shown = page_of(client, run)
    assert "Say what these columns are" in shown
    assert "甲" in shown
    client.post(
        f"{LIST}{run.key}/read/",
        {"column": ["标准问题", "备注"], "field": ["question", "-"], "line": "CARD"},
    )
    import_work.run_reading(run.pk)
    assert "1 new, 0 changed" in page_of(client, run)


def test_publishing_is_offered_to_those_who_may_and_done_for_nobody_else(
    client: Client, loader: Agent
) -> None:
    assert 'name="publish"' in client.get(LIST).content.decode()
    other = InformationAdministratorFactory.create()
    assert 'name="publish"' not in logged_in(other).get(LIST).content.decode()
    run = bring(other, publish=True)
    assert "may not publish without sign-off" in page_of(logged_in(other), run)
    run = bring(loader, publish=True)
    client.post(f"{LIST}{run.key}/apply/")
    import_work.run_applying(run.pk)
    assert Entry.objects.filter(state="published", is_unsigned=True).count() == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "Choose a file, or paste rows"),
        ({"rows": 'a\tb\n"\t1'}, "read as rows"),
        ({"rows": "x" * 500_001}, "too much to paste"),
        ({"name": "a.xlsm"}, "Save the workbook as .xlsx"),
        ({"name": "a.csv", "size": 20_000_001}, "larger than 20 MB"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(
    client: Client, data: dict[str, Any], reason: str
) -> None:
    if "name" in data:
        data = {"file": SimpleUploadedFile(data["name"], b"x" * data.get("size", 1))}
    answer = client.post(f"{LIST}upload/", data)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_an_act_at_the_wrong_time_is_refused_on_the_same_page(client: Client, loader: Agent) -> None:
    run = bring(loader)
    answer = client.post(f"{LIST}{run.key}/undo/")
    assert answer.status_code == 422
    assert "Only an import that was applied" in answer.content.decode()


def test_a_file_that_was_refused_says_why(client: Client, loader: Agent) -> None:
    assert "not an XLSX workbook" in page_of(client, bring(loader, b"x", "a.xlsx"))


def test_a_colleague_sees_and_undoes_but_does_not_apply(client: Client, loader: Agent) -> None:
    colleague = logged_in(InformationAdministratorFactory.create())
    run = bring(loader)
    assert "Only who brought the file" in page_of(colleague, run)
    assert colleague.post(f"{LIST}{run.key}/apply/").status_code == 422
    assert "/undo/" in page_of(colleague, applied(loader))


def test_rows_of_restricted_entries_are_counted_but_not_shown_to_other_lines(loader: Agent) -> None:
    run = bring(loader, "external_id,line,question,is_restricted\na,CARD,秘密,true\n".encode())
    shown = page_of(logged_in(InformationAdministratorFactory.create()), run)
    assert "秘密" not in shown
    assert "1 row belongs to restricted entries" in shown


def test_what_undoing_left_is_listed(client: Client, loader: Agent) -> None:
    from faq.models import SimilarQuestion

    run = applied(loader)
    SimilarQuestion.objects.create(entry=Entry.objects.get(external_id="a"), text="学到的")
    client.post(f"{LIST}{run.key}/undo/")
    import_work.run_undoing(run.pk)
    shown = page_of(client, run)
    assert "was changed since" in shown
    assert "怎么挂失" in shown


def test_the_page_asks_how_far_it_is_until_there_is_something_to_see(client: Client, loader: Agent) -> None:
    run = import_runs.upload("a.csv", GOOD, by=loader, options={})
    assert "every 1s" in client.get(f"{LIST}{run.key}/progress/").content.decode()
    import_work.run_reading(run.pk)
    assert client.get(f"{LIST}{run.key}/progress/").headers["HX-Refresh"] == "true"


def test_an_import_the_worker_has_forgotten_can_be_tried_again(client: Client, loader: Agent) -> None:
    run = import_runs.upload("a.csv", GOOD, by=loader, options={})
    ImportRun.objects.update(told_at="2026-01-01T00:00:00Z")
    assert "not been heard of" in page_of(client, run)
    client.post(f"{LIST}{run.key}/read/")
    import_work.run_reading(run.pk)
    assert "2 new" in page_of(client, run)


@pytest.mark.parametrize(
    "who", [AgentFactory, BusinessExpertFactory, SupervisorFactory, SystemAdministratorFactory]
)
def test_who_may_not_import_is_refused(loader: Agent, who: Any) -> None:
    run, other = bring(loader), logged_in(who.create())
    assert other.get(LIST).status_code == 403
    assert other.post(f"{LIST}upload/").status_code == 403
    assert other.get(f"{LIST}template.csv").status_code == 403
    for act in ACTS:
        address = f"{LIST}{run.key}/{act}"
        for key in (run.key, uuid4()):
            address = f"{LIST}{key}/{act}"
            answer = other.get(address) if act in ("", "progress/") else other.post(address)
            assert answer.status_code == 403


def test_nobody_gets_anywhere_without_a_log_in(loader: Agent) -> None:
    run = bring(loader)
    for address in (LIST, f"{LIST}{run.key}/", f"{LIST}template.csv", "/knowledge/entries/export/"):
        assert Client().get(address).status_code == 302


def test_an_import_that_is_not_there_is_not_found(client: Client) -> None:
    for act in ACTS:
        address = f"{LIST}{uuid4()}/{act}"
        answer = client.get(address) if act in ("", "progress/") else client.post(address)
        assert answer.status_code == 404
    assert client.get(f"{LIST}template.jsonl").status_code == 404


def test_a_wrong_method_is_refused(client: Client, loader: Agent) -> None:
    run = bring(loader)
    for address in (LIST, f"{LIST}{run.key}/", f"{LIST}{run.key}/progress/", f"{LIST}template.csv"):
        assert client.post(address).status_code == 405
    for act in ("read/", "apply/", "undo/"):
        assert client.get(f"{LIST}{run.key}/{act}").status_code == 405
    assert client.get(f"{LIST}upload/").status_code == 405


def test_no_page_has_inline_script_or_style(client: Client, loader: Agent) -> None:
    for address in (LIST, f"{LIST}{bring(loader).key}/", "/knowledge/entries/export/"):
        assert not INLINE.search(client.get(address).content.decode())


def test_an_empty_list_says_so(client: Client) -> None:
    assert "Nothing has been imported yet." in client.get(LIST).content.decode()


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_template_imports_as_it_is(client: Client, loader: Agent, tmp_path: Any, suffix: str) -> None:
    answer = client.get(f"{LIST}template.{suffix}")
    assert f"wenqu-template.{suffix}" in answer.headers["Content-Disposition"]
    content = b"".join(answer)
    run = bring(loader, content, f"a.{suffix}")
    assert run.counts == {"new": 1, "changed": 0, "unchanged": 0, "error": 0}


EXPORT = "/knowledge/entries/export/"


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "jsonl"])
def test_what_the_filters_find_is_exported_and_imports_without_a_difference(
    client: Client, loader: Agent, suffix: str
) -> None:
    applied(loader)
    PublishedEntryFactory.create(external_id="other", question="别的")
    answer = client.get(f"{EXPORT}?format={suffix}&q=挂失")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    run = bring(loader, b"".join(answer), f"a.{suffix}")
    assert run.counts == {"new": 0, "changed": 0, "unchanged": 1, "error": 0}


def test_no_exported_cell_is_a_formula(client: Client) -> None:
    PublishedEntryFactory.create(question='=HYPERLINK("http://x")')
    content = b"".join(client.get(f"{EXPORT}?format=xlsx"))
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert b",'=HYPERLINK" in b"".join(client.get(f"{EXPORT}?format=csv")).replace(b'"', b"")


def test_an_export_holds_only_what_one_may_see(client: Client, loader: Agent) -> None:
    hidden = PublishedEntryFactory.create(external_id="hidden", is_restricted=True)
    shown = PublishedEntryFactory.create(external_id="shown")
    shown.related.add(hidden)
    content = b"".join(client.get(f"{EXPORT}?format=csv")).decode()
    assert "shown" in content
    assert "hidden" not in content
    run = bring(loader, content.encode())
    assert run.counts["unchanged"] == 1, "a relation that was not shown stays"


def test_an_agent_exports_nothing(loader: Agent) -> None:
    assert logged_in(AgentFactory.create()).get(EXPORT).status_code == 403
    assert logged_in(SupervisorFactory.create()).get(EXPORT).status_code == 200


def test_the_export_page_says_how_many_and_keeps_the_filters(client: Client) -> None:
    PublishedEntryFactory.create(question="信用卡年费")
    shown = client.get(f"{EXPORT}?q=年费&page=2").content.decode()
    assert "1 entry" in shown
    assert "format=csv&amp;q=%E5%B9%B4%E8%B4%B9" in shown
    assert "There is no such entry." in client.get(f"{EXPORT}?q=没有").content.decode()


def test_an_export_that_does_not_fit_a_cell_says_what_to_do(client: Client, loader: Agent) -> None:
    similar = [f"{'问' * 400}{number}" for number in range(100)]
    PublishedEntryFactory.create(similar_questions=similar)
    answer = client.get(f"{EXPORT}?format=xlsx")
    assert answer.status_code == 422
    assert "export to CSV or JSONL" in answer.content.decode()


def test_an_export_cannot_be_posted(client: Client) -> None:
    assert client.post(EXPORT).status_code == 405
