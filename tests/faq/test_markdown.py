"""Answers on a page: our allow-list, nothing that runs, and only what is for the caller is copied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq import markdown


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("**先**核对", "<p><strong>先</strong>核对</p>"),
        ("1. 一\n2. 二", "<ol>"),
        ("|费率|值|\n|-|-|\n|a|1|", "<td>1</td>"),
        ("~~旧~~", "<s>旧</s>"),
        ("[官网](https://bank.example)", 'href="https://bank.example"'),
        ("一\n二", "<br>"),
    ],
)
def test_what_answers_need_is_kept(text: str, kept: str) -> None:
    assert kept in markdown.render(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![图](https://elsewhere.example/a.png)",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "[a](//elsewhere.example)",
        "[a](/\\elsewhere.example)",
        "<p style='position:fixed'>x</p>",
        "<iframe src=//x></iframe>",
    ],
)
def test_what_could_do_harm_is_not(text: str) -> None:
    html = markdown.render(text)
    for harm in ("<script", "<img", "<iframe", "<p style", 'href="javascript', 'href="data', 'href="//'):
        assert harm not in html


@given(st.text())
def test_no_text_makes_a_tag_outside_the_list(text: str) -> None:
    html = markdown.render(text)
    assert "<script" not in html.lower()
    assert "onerror=" not in html.lower() or "<" not in text


def test_internal_paragraphs_are_not_for_the_caller() -> None:
    text = "年费 200 元。\n\n内部：不要承诺减免。\n\n> 内部: 上限见附件\n\n可以分期。"
    assert markdown.for_the_caller(text) == "年费 200 元。\n\n可以分期。"


def test_the_words_alone() -> None:
    assert markdown.plain("**先** 核对 [官网](https://x.example) &amp; 1 < 2") == "先 核对 官网 & 1 < 2"
