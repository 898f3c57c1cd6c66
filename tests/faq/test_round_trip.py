"""What was written reads again as the same, in all three formats, whatever the texts are."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq import exchange
from faq.exchange import Content, cells
from faq.exchange.fields import FIELDS
from kb.lib.errors import RuleBrokenError
from tests.faq.contents import NASTY, contents, texts


def there_and_back(written: list[Content], suffix: str) -> list[Content]:
    with TemporaryDirectory() as place:
        path = Path(place) / f"entries{suffix}"
        exchange.write(path, written)
        reading = exchange.read(path)
    assert reading.problems == []
    assert [set(row.values) for row in reading.rows] == [{field.name for field in FIELDS}] * len(written)
    return [Content().with_values(row.values) for row in reading.rows]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@given(st.lists(contents(), min_size=1, max_size=5))
def test_a_text_file_gives_back_what_was_written(suffix: str, written: list[Content]) -> None:
    assert there_and_back(written, suffix) == [content.tidied() for content in written]


@given(st.lists(contents(), min_size=10, max_size=40))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_workbook_gives_back_what_was_written(written: list[Content]) -> None:
    assert there_and_back(written, ".xlsx") == [content.tidied() for content in written]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_every_nasty_text_comes_back_alone(suffix: str) -> None:
    written = [
        Content(
            external_id=f"id{n}", question=f"问{n}", answer=text, key_points=(text,), keywords=(text, "词")
        )
        for n, text in enumerate(NASTY)
    ]
    assert there_and_back(written, suffix) == [content.tidied() for content in written]


@given(contents())
def test_tidying_twice_changes_nothing(content: Content) -> None:
    assert content.tidied().tidied() == content.tidied()


@given(st.lists(texts().filter(lambda text: text and "\r" not in text)))
def test_a_list_in_a_cell_is_the_list(items: list[str]) -> None:
    assert cells.split(cells.join(items)) == items


def test_a_cell_holds_one_item_a_line_with_two_escapes() -> None:
    assert cells.join(["一", "二\n三", "C:\\new"]) == "一\n二\\n三\nC:\\\\new"


@given(texts())
def test_a_protected_text_is_no_formula_and_comes_back(text: str) -> None:
    protected = cells.protect(text)
    assert not protected.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cells.unprotect(protected) == text


def test_csv_is_utf_8_with_a_mark_and_without_formulas(tmp_path: Path) -> None:
    path = tmp_path / "entries.csv"
    exchange.write(path, [Content(external_id="a", line="CARD", question="=1+1", answer="'已有")])
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbfexternal_id,line,")
    assert ",'=1+1," in written.decode("utf-8-sig")
    assert ",''已有," in written.decode("utf-8-sig")


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "entries.xlsx"
    exchange.write(path, [Content(external_id="a", question="问")])
    before = path.read_bytes()
    many = tuple(f"{'问' * 400}{number}" for number in range(100))
    with pytest.raises(RuleBrokenError, match="similar_questions"):
        exchange.write(path, [Content(external_id="a", question="问", similar_questions=many)])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
