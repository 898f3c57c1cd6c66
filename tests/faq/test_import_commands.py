"""The two commands: summary, exit code, list of bad rows, who imports."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from faq.models import Entry
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    FirstLoaderFactory,
    PublishedEntryFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db
ROWS = [{"external_id": f"id{n}", "line": "CARD", "question": f"问{n}"} for n in range(3)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "entries.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)))
    return path


def run(*arguments: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    with translation.override("en"):
        call_command(*map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_an_import_tells_what_it_did(path: Path) -> None:
    FirstLoaderFactory.create(username="loader")
    arguments = ["import_entries", path, "--create-lines", "--publish", "--as", "loader"]
    assert run(*arguments)[0] == "3 new, 0 changed, 0 unchanged; 3 published.\n"
    assert run(*arguments)[0] == "0 new, 0 changed, 3 unchanged; 0 published.\n"


def test_bad_rows_are_listed_and_nothing_is_imported(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    AgentFactory.create(username="loader")
    err = StringIO()
    with translation.override("en"), pytest.raises(CommandError, match="3 problems; nothing") as error:
        call_command("import_entries", str(path), "--as", "loader", stderr=err)
    assert error.value.returncode == 1
    listed = [line for line in err.getvalue().splitlines() if line.startswith("line ")]
    assert listed == [f"line {n}, line: there is no business line “CARD”" for n in (1, 2, 3)]
    assert not Entry.objects.exists()


def test_the_only_superuser_imports_unless_somebody_is_named(path: Path) -> None:
    with pytest.raises(CommandError):
        run("import_entries", path, "--create-lines")
    superuser = AgentFactory.create(is_superuser=True)
    run("import_entries", path, "--create-lines")
    assert set(Entry.objects.values_list("created_by", flat=True)) == {superuser.pk}
    AgentFactory.create(is_superuser=True)
    with pytest.raises(CommandError):
        run("import_entries", path)


def test_a_person_who_left_imports_nothing(path: Path) -> None:
    FirstLoaderFactory.create(username="left", is_active=False)
    with pytest.raises(CommandError, match="left"):
        run("import_entries", path, "--create-lines", "--as", "left")


def test_rows_without_a_line_take_the_one_named(tmp_path: Path) -> None:
    BusinessLineFactory.create(code="LOAN")
    FirstLoaderFactory.create(username="loader")
    path = tmp_path / "entries.csv"
    path.write_text("question\n房贷利率\n", encoding="utf-8")
    run("import_entries", path, "--line", "LOAN", "--as", "loader")
    assert Entry.objects.get().line.code == "LOAN"


@pytest.mark.parametrize("name", ["missing.csv", "entries.txt"])
def test_a_file_that_cannot_be_read_is_an_error_with_a_sentence(tmp_path: Path, name: str) -> None:
    FirstLoaderFactory.create(username="loader")
    if name.endswith(".txt"):
        (tmp_path / name).write_text("x")
    with pytest.raises(CommandError, match=name):
        run("import_entries", tmp_path / name, "--as", "loader")


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_an_export_leaves_out_what_is_withdrawn_and_imports_again(tmp_path: Path, suffix: str) -> None:
    FirstLoaderFactory.create(username="loader")
    PublishedEntryFactory.create(question="=1+1 是多少", similar_questions=["一\\n二"])
    WithdrawnEntryFactory.create()
    path = tmp_path / f"entries{suffix}"
    assert run("export_entries", path)[0] == "1 entries; 1 withdrawn ones left out.\n"
    assert run("import_entries", path, "--as", "loader")[0].startswith("0 new, 0 changed, 1 unchanged")


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    FirstLoaderFactory.create(username="loader")
    with pytest.raises(CommandError, match="There is no file"):
        run("import_entries", tmp_path / "nowhere.csv", "--as", "loader")
