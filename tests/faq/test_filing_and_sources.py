"""Categories by path, and sources as one text."""

from datetime import date

import pytest
from hypothesis import given

from accounts.models import AuditRow
from faq.exchange import source
from faq.exchange.source import SourceText
from faq.models import Category
from faq.services import filing
from kb.lib.errors import RuleBrokenError
from tests.factories import InformationAdministratorFactory
from tests.faq.contents import texts


@pytest.mark.django_db
def test_a_path_is_made_with_its_parents_and_found_again() -> None:
    person = InformationAdministratorFactory.create()
    made = filing.get_or_make(" 卡片 / 挂失/境外 ", by=person)
    parents = list(Category.objects.exclude(pk=made.pk).order_by("path"))
    assert [category.path for category in parents] == ["卡片", "卡片/挂失"]
    assert made.ancestor_ids == [category.pk for category in parents]
    assert made.parent == parents[1]
    assert filing.get_or_make("卡片/挂失/境外", by=person) == made
    assert AuditRow.objects.filter(act="category.made").count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "/", "a//b", "a/", "a" * 101, "/".join(["abcdefghi"] * 51)])
def test_a_path_with_a_part_that_is_no_name_is_refused(path: str) -> None:
    with pytest.raises(RuleBrokenError):
        filing.get_or_make(path, by=InformationAdministratorFactory.create())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", SourceText()),
        ("通知", SourceText("通知")),
        ("https://a.example", SourceText("https://a.example")),
        ("通知\n2026-01-31", SourceText("通知", "", date(2026, 1, 31))),
        ("通知\n2026-01-31\nhttps://a.example", SourceText("通知", "https://a.example", date(2026, 1, 31))),
        ("通知\n第二行\nhttps://a.example", SourceText("通知 第二行", "https://a.example")),
    ],
)
def test_a_source_is_its_title_link_and_date(text: str, told: SourceText) -> None:
    assert source.parse(text) == told


@given(texts())
def test_a_source_reads_the_same_again(text: str) -> None:
    told = source.parse(text)
    assert source.parse("\n".join(told.lines())) == told
