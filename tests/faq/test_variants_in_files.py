"""Variants by region or segment in files: real objects in JSON lines, compact JSON in cells."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from faq import exchange
from faq.models import Attachment, Entry, Revision, RevisionState
from faq.services import applying, drafting, exporting, importing
from faq.services.importing import Order, Status
from tests.factories import FirstLoaderFactory, PublishedEntryFactory

SHENZHEN = {"name": "深圳", "key_points": ["核对身份\n两次", "C:\\"], "answer": "=1", "script": ""}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def reading_of(tmp_path: Path, cell: str) -> exchange.Reading:
    path = tmp_path / "entries.csv"
    path.write_text(f'external_id,question,variants\na,问,"{cell.replace(chr(34), chr(34) * 2)}"\n')
    return exchange.read(path)


def test_a_cell_holds_one_variant_a_line(tmp_path: Path) -> None:
    cell = '{"name":"深圳","answer":"五天"}\n{ "script": "您好", "name": "上海" }'
    (row,) = reading_of(tmp_path, cell).rows
    assert [json.loads(item)["name"] for item in row.values["variants"]] == ["深圳", "上海"]
    assert row.values["variants"][1] == '{"name":"上海","key_points":[],"answer":"","script":"您好"}'


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("深圳", "is not JSON"),
        ("[" * 5000, "is not JSON"),
        ("[1]", "must be a list of objects"),
        ('{"answer":"五天"}', "a variant without a name"),
        ('{"name":"深圳","colour":"red"}', "unknown part “colour”"),
        ('{"name":"深圳"}\n{"name":" 深圳 "}', "two variants of the same name"),
        ('{"name":"深圳","key_points":"一"}', "must be a list of texts"),
        ('{"name":"' + "深" * 51 + '"}', "51 characters, at most 50"),
        ('{"name":"深圳","answer":"\\\\u0000"}', "NUL character"),
        ("\n".join(f'{{"name":"{n}"}}' for n in range(21)), "21 items, at most 20"),
    ],
)
def test_a_bad_variant_is_told_with_its_line_and_field(tmp_path: Path, cell: str, reason: str) -> None:
    (problem,) = reading_of(tmp_path, cell).problems
    assert (problem.line, problem.field) == (2, "variants")
    assert reason in problem.reason


def test_a_bad_variant_of_a_workbook_is_told_with_its_cell(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["question", "variants"])  # type: ignore[union-attr]
    book.active.append(["问", "深圳"])  # type: ignore[union-attr]
    book.save(tmp_path / "entries.xlsx")
    (problem,) = exchange.read(tmp_path / "entries.xlsx").problems
    assert problem.cell == "B2"


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_what_was_exported_imports_again_without_a_difference(tmp_path: Path, suffix: str) -> None:
    entry = _with_variant()
    path = tmp_path / f"entries{suffix}"
    exporting.export(path)
    if suffix == ".jsonl":
        assert json.loads(path.read_text())["variants"] == [SHENZHEN]
    plan = importing.plan(exchange.read(path), Order(entry.created_by))
    assert [item.status for item in plan.items] == [Status.UNCHANGED]


@pytest.mark.django_db
def test_a_new_text_from_a_file_keeps_variants_and_files_it_does_not_name() -> None:
    entry = _with_variant()
    file = Attachment.objects.create(
        entry=entry, key="k", name="表.pdf", content_type="application/pdf", size=1, sha256="", content=b"x",
        added_by=entry.created_by,
    )  # fmt: skip
    live = entry.live_revision
    assert live is not None
    live.attachments.add(file)
    draft = _import({"external_id": "a", "answer": "新"}, entry)
    assert draft.variants == [SHENZHEN]
    assert list(draft.attachments.all()) == [file]


@pytest.mark.django_db
def test_a_text_thrown_away_keeps_its_number() -> None:
    entry = _with_variant()
    thrown = drafting.new_draft(entry, by=entry.created_by)
    Revision.objects.filter(pk=thrown.pk).update(state=RevisionState.DISCARDED)
    assert _import({"external_id": "a", "answer": "新"}, entry).number == thrown.number + 1


def _with_variant() -> Entry:
    entry: Entry = PublishedEntryFactory.create(external_id="a", by=FirstLoaderFactory.create())
    entry.revisions.update(variants=[SHENZHEN])
    entry.refresh_from_db()
    return entry


def _import(row: dict[str, Any], entry: Entry) -> Revision:
    reading = exchange.Reading()
    reading.add(1, row)
    plan = importing.plan(reading, Order(entry.created_by))
    applying.apply(plan, file_name="a.jsonl")
    return Revision.objects.get(entry=entry, state=RevisionState.DRAFT)
