"""Generated entries with texts that are hard on files."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from faq.exchange import Content
from faq.exchange import variants as variants_
from faq.models import Kind

NASTY = [
    "=1+1", "+86 10", "-5%", "@SUM(A1)", "\t缩进", "\r回车", "'引号", "''两个", "'=1", "\\n",
    "\\\\", "\\", "a\\", "行一\n行二", "行一\r\n行二", '"双引号"', "a,b;c", "_x000D_",
    "_x005F_x0041_", "x005F_", "<r><t>富</t></r>", "<b>&amp;</b>", "\ufeff开头", "\u2028",
    "\x01\x07\x0b", "𠮷野家😀", "\ufffe\uffff", "　全角空格　", "null", "true", "1e5", "0012",
    "2026-03-01", "#N/A", "{}", "信用卡丢了怎么挂失",
]  # fmt: skip


def texts(longest: int = 200) -> st.SearchStrategy[str]:
    """Any text a database can hold after tidying: everything but surrogates and NUL."""
    anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=longest)
    mixed = st.lists(st.sampled_from(NASTY), max_size=4).map("".join)
    return st.one_of(st.sampled_from(NASTY), mixed, anything).map(lambda text: text[:longest])


def moments() -> st.SearchStrategy[datetime]:
    return st.datetimes(
        datetime(1950, 1, 1),  # noqa: DTZ001  hypothesis wants its bounds naive
        datetime(9999, 12, 30),  # noqa: DTZ001
        timezones=st.just(UTC),
    )


def lists(longest: int = 100) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(texts(longest), max_size=5).map(tuple)


def variants() -> st.SearchStrategy[tuple[str, ...]]:
    """Variants as a revision may hold them, as the texts that stand in a cell."""
    one = st.fixed_dictionaries(
        {"name": st.just(""), "key_points": lists(), "answer": texts(), "script": texts()}
    )
    return st.lists(one, max_size=3).map(
        lambda found: tuple(
            variants_.compact(variant | {"name": f"地区{number}", "key_points": list(variant["key_points"])})
            for number, variant in enumerate(found)
        )
    )


def contents(line: str = "CARD") -> st.SearchStrategy[Content]:
    """An entry as any door may have left it; without relations, so that it stands alone."""
    return st.builds(
        Content,
        external_id=st.uuids().map(str),
        line=st.just(line),
        category=st.sampled_from(["", "卡片", "卡片/挂失", "a/b/c"]),
        kind=st.sampled_from(Kind.values),
        question=texts().map(lambda text: f"问{text}"),
        similar_questions=lists(),
        key_points=lists(),
        answer=texts(2000),
        script=texts(),
        variants=variants(),
        keywords=lists(30),
        valid_from=st.one_of(st.none(), moments().filter(lambda at: at.year < 2000)),
        valid_until=st.one_of(st.none(), moments().filter(lambda at: at.year >= 2000)),
        review_due_on=st.one_of(st.none(), st.dates()),
        source=st.sampled_from(
            ["", "关于年费的通知", "通知\nhttps://bank.example/a?b=1\n2026-01-31", "=标题"]
        ),
        is_restricted=st.booleans(),
    )
