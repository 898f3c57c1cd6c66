"""Rows pasted from a spreadsheet."""

from pathlib import Path

import pytest
from django.utils import translation

from faq import exchange
from faq.exchange import pasted
from faq.exchange.guessing import guess
from kb.lib.errors import RuleBrokenError


def values(tmp_path: Path, text: str) -> list[dict[str, object]]:
    path = tmp_path / "a.csv"
    path.write_bytes(pasted.as_csv(text))
    reading = exchange.read(path)
    assert reading.problems == []
    return [row.values for row in reading.rows]


def test_cells_parted_by_tabs_are_rows(tmp_path: Path) -> None:
    text = 'question\tkey_points\r\n怎么挂失\t"核对身份\n立即挂失"\r\n\'=1\t=1\r\n'
    assert values(tmp_path, text) == [
        {"question": "怎么挂失", "key_points": ("核对身份", "立即挂失")},
        {"question": "'=1", "key_points": ("=1",)},
    ]


def test_csv_is_taken_as_it_is(tmp_path: Path) -> None:
    assert values(tmp_path, "question,answer\n问,答\n") == [{"question": "问", "answer": "答"}]


@pytest.mark.parametrize("text", ["", "  \n", "a\x00\tb", 'a\tb\n"\t1'])
def test_what_is_no_table_is_refused(text: str) -> None:
    with translation.override("en"), pytest.raises(RuleBrokenError, match="read as rows"):
        pasted.as_csv(text)


def test_columns_are_guessed_by_the_names_banks_use() -> None:
    names = ["序号", "标准问题", "相似问", "答案", "一级分类", "业务线", "Answer", "有效期至", "备注"]
    assert guess(names) == {
        "序号": "external_id",
        "标准问题": "question",
        "相似问": "similar_questions",
        "答案": "answer",
        "业务线": "line",
        "有效期至": "valid_until",
    }


def test_our_own_names_go_first() -> None:
    assert guess(["问题", "question"]) == {"question": "question"}
