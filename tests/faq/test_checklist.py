"""What a good entry has, and the preview that shows it as the desk would."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from faq import sheet as sheets
from faq.checklist import checks
from tests.factories import InformationAdministratorFactory
from tests.search.test_dictionary_pages import INLINE, logged_in


def open_ones(**values: str) -> list[str]:
    sheet = sheets.normal({name: [value] for name, value in values.items()})
    return [check.sentence for check in checks(sheet) if not check.is_met]


GOOD = {
    "question": "信用卡丢了怎么挂失",
    "kind": "faq",
    "key_points": "核对身份 → 1a\n1a 境外：转二线",
    "answer": "立即挂失。\n\n内部：转二线。",
    "script": "{姓氏}您好",
    "similar_questions": "卡不见了",
    "category": "3",
    "source_title": "通知",
}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"question": "关于信用卡挂失业务的通知"}, "question"),
    ({"key_points": ""}, "key points"),
    ({"key_points": "核对身份 → 3b"}, "arrow"),
    ({"answer": "内部：只给我们看", "script": ""}, "caller"),
    ({"script": "{姓氏您好"}, "blank"),
    ({"kind": "campaign"}, "campaign"),
    ({"similar_questions": " \n"}, "similar"),
    ({"category": ""}, "category"),
    ({"source_title": ""}, "source"),
]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_a_good_entry_leaves_nothing_open() -> None:
    assert open_ones(**GOOD) == []


@pytest.mark.parametrize(("change", "word"), BAD)
def test_what_is_missing_is_told(change: dict[str, str], word: str) -> None:
    (sentence,) = open_ones(**(GOOD | change))
    assert word in sentence.lower()


@pytest.mark.parametrize(
    "question", ["怎么挂失", "卡丢了", "能不能分期", "年费多少", "手机银行登录不了", "How?"]
)
def test_a_caller_s_question_is_known(question: str) -> None:
    assert open_ones(**(GOOD | {"question": question})) == []


@pytest.mark.django_db
def test_the_preview_looks_as_the_desk_does_and_stores_nothing() -> None:
    client = logged_in(InformationAdministratorFactory.create())
    sent = {
        **{name: value for name, value in GOOD.items() if name != "answer"},
        "answer": "<script>alert(1)</script>**挂失**\n\n内部：转二线。",
        "variant_name": ["北京", "上海"],
        "variant_key_points": ["只在北京", ""],
        "variant_answer": ["", ""],
        "variant_script": ["", ""],
    }
    page = " ".join(client.post("/knowledge/drafts/preview/", sent).content.decode().split())
    assert '<li id="step-0-1a" class="branch"> <b>1a</b> <span> 境外：转二线' in page
    assert '<input class="blank" type="text" data-blank="姓氏"' in page
    assert "<strong>挂失</strong>" in page
    assert 'class="internal"' in page
    assert page.count("只在北京") == 1
    assert page.count("核对身份") == 2, "everybody, and Shanghai, which has no points of its own"
    assert not INLINE.search(page)
    assert client.post("/knowledge/drafts/preview/").status_code == 200
