"""The pages of the dictionary: who may read, who may change, and what happens."""

import re
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from search import dictionaries, dictionary_files, trials
from search.dictionary_lines import Line, LineKind
from search.models import DictionaryVersion, Trial
from tests.factories import (
    AgentFactory,
    InformationAdministratorFactory,
    PersonFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/knowledge/dictionaries/"
CHANGES = [
    "add/",
    "import/",
    "remove/",
    "changes/forget/",
    "changes/1/take-back/",
    "try/",
    "put-in-force/1/",
    "versions/go-back/",
]
READ = ["", "versions/", "export.csv"]
BACKEND = "accounts.backends.AccountBackend"
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=")


def logged_in(person: Agent) -> Client:
    client = Client()
    client.force_login(person, BACKEND)
    return client


@pytest.fixture
def boss() -> Agent:
    person: Agent = SystemAdministratorFactory.create()
    return person


@pytest.fixture
def changer(boss: Agent) -> Client:
    return logged_in(boss)


def test_a_change_goes_from_the_form_into_force(changer: Client, boss: Agent) -> None:
    answer = changer.post(f"{LIST}add/", {"kind": "synonyms", "text": "问渠卡，活水卡"})
    assert answer.headers["Location"] == f"{LIST}?kind=synonyms"
    page = changer.get(LIST).content.decode()
    assert "1 项改动待生效" in page
    assert "问渠卡" in page
    changer.post(f"{LIST}try/", {"kind": "synonyms"})
    trial = Trial.objects.get()
    assert "试算正在进行" in changer.get(LIST).content.decode()
    trials.run(trial)
    page = changer.get(LIST).content.decode()
    assert f"{LIST}put-in-force/{trial.pk}/" in page
    changer.post(f"{LIST}put-in-force/{trial.pk}/")
    version = DictionaryVersion.objects.get()
    assert version.made_by == boss
    page = changer.get(LIST).content.decode()
    assert f"第 {version.pk} 版" in page
    assert "没有待生效的改动" in page
    assert page.index("问渠卡") < page.index("公证书")
    versions = changer.get(f"{LIST}versions/").content.decode()
    assert "活水卡" in versions
    changer.post(f"{LIST}versions/go-back/", {"version": ""})
    assert dictionaries.version_in_force() == dictionaries.built_in().version


@pytest.mark.parametrize(
    ("path", "sent", "said"),
    [
        ("add/", {"kind": "word", "text": "卡"}, "太短"),
        ("add/", {"kind": "synonyms", "text": "怎么、新词语"}, "只能属于一组"),
        ("try/", {"kind": "word"}, "没有可试算的改动"),
        ("versions/go-back/", {"version": ""}, "现在就是这个版本"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(
    changer: Client, path: str, sent: dict[str, str], said: str
) -> None:
    answer = changer.post(f"{LIST}{path}", sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert f'value="{sent.get("text", "")}"' in text or "text" not in sent


def test_a_line_is_edited_in_the_form_and_removed(changer: Client) -> None:
    text = "、".join(dictionaries.built_in().groups[0])
    page = changer.get(f"{LIST}?{urlencode({'kind': 'synonyms', 'edit': text})}").content.decode()
    assert f'name="instead_of" value="{text}"' in page
    changer.post(f"{LIST}add/", {"kind": "synonyms", "text": f"{text}、咋整才好", "instead_of": text})
    first, second = dictionaries.waiting_changes()
    assert (first.is_removal, second.is_removal) == (True, False)
    assert "将移除" in changer.get(f"{LIST}?q=怎样").content.decode()
    changer.post(f"{LIST}changes/{second.pk}/take-back/")
    changer.post(f"{LIST}changes/forget/", {"kind": "synonyms"})
    assert dictionaries.waiting_changes() == []
    changer.post(f"{LIST}remove/", {"kind": "synonyms", "text": text})
    assert [change.is_removal for change in dictionaries.waiting_changes()] == [True]


def test_every_tab_is_narrowed_by_a_word_and_says_when_it_is_empty(changer: Client) -> None:
    assert "手机银行" in changer.get(f"{LIST}?kind=word&q=手机").content.decode()
    assert "账单日" not in changer.get(f"{LIST}?kind=word&q=手机").content.decode()
    assert "还没有这样的行" in changer.get(f"{LIST}?kind=hidden").content.decode()
    assert "没有哪一行含" in changer.get(f"{LIST}?kind=word&q=zzz").content.decode()
    assert "还能找到" in changer.get(f"{LIST}?kind=alias").content.decode()


@pytest.mark.parametrize("factory", [SupervisorFactory, InformationAdministratorFactory])
def test_readers_read_and_change_nothing(factory: type[PersonFactory], boss: Agent) -> None:
    dictionaries.add(Line(LineKind.WORD, ("源头宝",)), by=boss)
    reader = logged_in(factory.create())
    for path in READ:
        page = reader.get(f"{LIST}{path}")
        assert page.status_code == 200
        assert 'method="post" action="/knowledge' not in page.content.decode()
    for path in CHANGES:
        assert reader.post(f"{LIST}{path}").status_code == 403
    assert len(dictionaries.waiting_changes()) == 1


def test_agents_read_nothing_and_whoever_is_not_logged_in_is_sent_to_the_log_in(client: Client) -> None:
    agent = logged_in(AgentFactory.create())
    for path in READ:
        assert agent.get(f"{LIST}{path}").status_code == 403
        assert client.get(f"{LIST}{path}").status_code == 302
    for path in CHANGES:
        assert agent.post(f"{LIST}{path}").status_code == 403
        assert client.post(f"{LIST}{path}").headers["Location"].startswith("/accounts/")


def test_the_wrong_method_is_refused(changer: Client) -> None:
    for path in READ:
        assert changer.post(f"{LIST}{path}").status_code == 405
    for path in CHANGES:
        assert changer.get(f"{LIST}{path}").status_code == 405


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("add/", {"kind": "nonsense"}),
        ("changes/99999/take-back/", {}),
        ("changes/99999999999999999999/take-back/", {}),
        ("put-in-force/99999/", {}),
        ("versions/go-back/", {"version": "99999"}),
        ("versions/go-back/", {"version": "x"}),
        ("versions/go-back/", {"version": "9" * 30}),
        ("versions/go-back/", {"version": "9" * 5000}),
    ],
)
def test_what_is_not_there_is_not_found(changer: Client, path: str, sent: dict[str, str]) -> None:
    assert changer.post(f"{LIST}{path}", sent).status_code == 404


def test_hostile_words_are_shown_as_text(changer: Client) -> None:
    changer.post(f"{LIST}add/", {"kind": "word", "text": '<b onclick="x">词语</b>'})
    page = changer.get(LIST).content.decode()
    assert "<b onclick" not in page
    assert "&lt;b onclick" in page
    assert changer.post(f"{LIST}add/", {"kind": "word", "text": "词\x00语"}).status_code in {302, 422}
    assert changer.get(f"{LIST}?q=%00").status_code == 200


def test_what_was_saved_as_a_file_is_read_in_again_without_a_difference(changer: Client, boss: Agent) -> None:
    dictionaries.remove(dictionaries.lines_in_force()[0], by=boss)
    saved = changer.get(f"{LIST}export.csv").content
    assert saved.startswith(b"\xef\xbb\xbfkind,words")
    assert changer.post(f"{LIST}import/", {"file": BytesIO(saved)}).status_code == 302
    assert dictionaries.waiting_changes() == []
    more = saved + 'word,\'@支付宝卡\r\nsynonyms,"源头卡\n活水卡"\r\n'.encode()
    changer.post(f"{LIST}import/", {"file": BytesIO(more)})
    assert [change.members for change in dictionaries.waiting_changes()] == [
        ["@支付宝卡"],
        ["源头卡", "活水卡"],
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "文件是空的"),
        ("词,类", "第 1 行：首行必须是"),
        ("kind,words\nword,卡", "第 2 行：“卡”太短"),
        ("kind,words\nword,好词\nrubbish,好词", "第 3 行：每行有一个类别"),
        ('kind,words\nsynonyms,"怎么\n新词语"', "只能属于一组"),
        ('kind,words\nword,"好词', "第 2 行"),
    ],
)
def test_a_file_with_one_bad_row_changes_nothing(changer: Client, content: str, said: str) -> None:
    answer = changer.post(f"{LIST}import/", {"file": BytesIO(content.encode())})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert dictionaries.waiting_changes() == []


def test_a_file_of_gb18030_is_read_and_one_that_is_too_large_is_not(
    changer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = "kind,words\nword,源头宝\n".encode("gb18030")
    changer.post(f"{LIST}import/", {"file": BytesIO(sent)})
    assert [change.members for change in dictionaries.waiting_changes()] == [["源头宝"]]
    monkeypatch.setattr(dictionary_files, "MOST_BYTES", 10)
    assert "文件太大" in changer.post(f"{LIST}import/", {"file": BytesIO(sent)}).content.decode()


def test_there_is_no_inline_script_or_style_and_the_poll_ends(changer: Client, boss: Agent) -> None:
    dictionaries.add(Line(LineKind.WORD, ("源头宝",)), by=boss)
    trial = trials.try_dictionary(by=boss)
    page = changer.get(LIST).content.decode()
    assert not INLINE.search(page.replace("<script type", "<x"))
    assert 'hx-trigger="every 1s"' in page
    trials.run(trial)
    assert "hx-trigger" not in changer.get(LIST).content.decode()


def test_the_number_of_queries_does_not_grow_with_lines(
    changer: Client, boss: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        dictionaries.add(Line(LineKind.WORD, (f"新词{number}",)), by=boss)
    trials.try_dictionary(by=boss)
    with django_assert_max_num_queries(12):
        changer.get(LIST)
