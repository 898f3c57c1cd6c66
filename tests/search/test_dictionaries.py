"""A dictionary is changed by trying and putting in force, can go back, and reaches every process."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.models import Agent, AuditRow
from kb.lib.errors import RuleBrokenError
from search import dictionaries, following, lexicon
from search.dictionary_lines import Line, LineKind, check_lines, lexicon_of
from search.models import DictionaryChange, DictionaryVersion, Trial
from tests.factories import SystemAdministratorFactory

NEW_GROUP = Line(LineKind.SYNONYMS, ("问渠卡", "活水卡"))
NEW_WORD = Line(LineKind.WORD, ("源头宝",))
EXISTING = Line(LineKind.SYNONYMS, dictionaries.built_in().groups[0])


@pytest.fixture(autouse=True)
def same_lexicon_afterwards() -> Iterator[None]:
    before = lexicon.current()
    yield
    lexicon.use(before)


@pytest.fixture
def boss(db: None) -> Agent:
    person: Agent = SystemAdministratorFactory.create()
    return person


def tried(by: Agent) -> Trial:
    """A trial of exactly what waits that has ended."""
    lines = dictionaries.next_lines(dictionaries.lines_in_force(), dictionaries.waiting_changes())
    return Trial.objects.create(
        kind=Trial.Kind.DICTIONARY,
        before_ref=dictionaries.version_in_force(),
        after_ref=lexicon_of(lines).version,
        state=Trial.State.DONE,
        before={},
        after={},
        asked_by=by,
    )


def put(line: Line, by: Agent) -> DictionaryVersion:
    dictionaries.add(line, by=by)
    return dictionaries.put_in_force(tried(by), by=by)


def test_before_the_first_version_the_built_in_dictionary_is_in_force(db: None) -> None:
    assert dictionaries.load().groups == dictionaries.built_in().groups
    assert dictionaries.version_in_force() == dictionaries.load().version


def test_a_change_waits_until_it_is_put_in_force(boss: Agent) -> None:
    before = dictionaries.version_in_force()
    dictionaries.add(NEW_GROUP, by=boss)
    assert dictionaries.version_in_force() == before
    version = dictionaries.put_in_force(tried(boss), by=boss)
    assert dictionaries.load().groups == (*dictionaries.built_in().groups, NEW_GROUP.members)
    assert dictionaries.load().version == dictionaries.version_in_force() == version.digest != before
    assert dictionaries.waiting_changes() == []
    row = AuditRow.objects.get(act="dictionary.changed")
    assert (row.actor, row.detail["changes"]) == (
        boss,
        [{"kind": "synonyms", "members": ["问渠卡", "活水卡"], "is_removal": False}],
    )


def test_what_was_not_tried_as_it_is_does_not_come_in_force(boss: Agent) -> None:
    dictionaries.add(NEW_GROUP, by=boss)
    trial = tried(boss)
    dictionaries.add(NEW_WORD, by=boss)
    with pytest.raises(RuleBrokenError):
        dictionaries.put_in_force(trial, by=boss)
    running = tried(boss)
    Trial.objects.filter(pk=running.pk).update(state=Trial.State.RUNNING)
    with pytest.raises(RuleBrokenError):
        dictionaries.put_in_force(running, by=boss)
    assert DictionaryVersion.objects.count() == 0


def test_a_line_may_be_removed_and_that_taken_back(boss: Agent) -> None:
    change = dictionaries.remove(EXISTING, by=boss)
    assert change is not None
    assert change.is_removal
    dictionaries.add(EXISTING, by=boss)
    assert dictionaries.waiting_changes() == []
    dictionaries.remove(EXISTING, by=boss)
    dictionaries.put_in_force(tried(boss), by=boss)
    assert EXISTING not in dictionaries.lines_in_force()


def test_a_waiting_line_that_is_removed_leaves_nothing(boss: Agent) -> None:
    dictionaries.add(NEW_WORD, by=boss)
    assert dictionaries.remove(NEW_WORD, by=boss) is None
    assert dictionaries.waiting_changes() == []


def test_a_group_gains_a_word_in_place_of_itself(boss: Agent) -> None:
    longer = Line(LineKind.SYNONYMS, (*EXISTING.members, "咋整才好"))
    dictionaries.add(longer, by=boss, instead_of=EXISTING)
    longest = Line(LineKind.SYNONYMS, (*longer.members, "怎生是好"))
    dictionaries.add(longest, by=boss, instead_of=longer)
    dictionaries.put_in_force(tried(boss), by=boss)
    groups = dictionaries.load().groups
    assert longest.members in groups
    assert longer.members not in groups
    assert EXISTING.members not in groups


def test_a_word_of_another_group_is_refused_and_nothing_changes(boss: Agent) -> None:
    with pytest.raises(RuleBrokenError):
        dictionaries.add(Line(LineKind.SYNONYMS, ("全新说法", EXISTING.members[0])), by=boss)
    dictionaries.add(NEW_GROUP, by=boss)
    with pytest.raises(RuleBrokenError):
        dictionaries.add(Line(LineKind.SYNONYMS, ("活水卡", "另一张卡")), by=boss, instead_of=EXISTING)
    assert len(dictionaries.waiting_changes()) == 1


def test_taking_a_removal_back_is_refused_when_its_words_stand_elsewhere_by_now(boss: Agent) -> None:
    removal = dictionaries.remove(EXISTING, by=boss)
    assert removal is not None
    dictionaries.add(Line(LineKind.SYNONYMS, ("全新说法", EXISTING.members[0])), by=boss)
    with pytest.raises(RuleBrokenError):
        dictionaries.take_back(removal)
    assert len(dictionaries.waiting_changes()) == 2
    dictionaries.forget_changes()
    assert dictionaries.waiting_changes() == []


def test_going_back_makes_a_version_that_says_what_the_earlier_one_said(boss: Agent) -> None:
    first = put(NEW_GROUP, boss)
    put(NEW_WORD, boss)
    again = dictionaries.go_back(first, by=boss)
    assert again.digest == first.digest == dictionaries.version_in_force()
    assert dictionaries.load().words == dictionaries.built_in().words
    dictionaries.go_back(None, by=boss)
    assert dictionaries.load() == dictionaries.built_in()
    assert AuditRow.objects.filter(act="dictionary.restored").count() == 2
    with pytest.raises(RuleBrokenError):
        dictionaries.go_back(None, by=boss)


def test_the_web_role_does_not_rewrite_what_the_dictionary_said(boss: Agent) -> None:
    version = put(NEW_GROUP, boss)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_web")
        dictionaries.add(NEW_WORD, by=boss)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            DictionaryVersion.objects.filter(pk=version.pk).update(digest="another")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM search_dictionaryversion")
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    ("kind", "members"),
    [("word", []), ("word", [""]), ("word", ["一二", "三四"]), ("synonyms", ["一二"]), ("alias", ["一二"])],
)
def test_the_database_refuses_a_line_that_is_none(boss: Agent, kind: str, members: list[str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DictionaryChange.objects.create(kind=kind, members=members, made_by=boss)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_put_the_same_changes_in_force_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are held between reading what waits and writing the version, as far as the lock lets them."""
    boss = SystemAdministratorFactory.create()
    dictionaries.add(NEW_GROUP, by=boss)
    trial = tried(boss)
    both_have_read = threading.Barrier(2)
    refused: list[str] = []

    def check_slowly(lines: list[Line]) -> None:
        check_lines(lines)
        try:
            both_have_read.wait(1)
        except threading.BrokenBarrierError:
            return

    def put_it() -> None:
        try:
            dictionaries.put_in_force(trial, by=boss)
        except RuleBrokenError as error:
            refused.append(str(error))
        finally:
            connection.close()

    monkeypatch.setattr("search.dictionaries.check_lines", check_slowly)
    threads = [threading.Thread(target=put_it) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert DictionaryVersion.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_new_version_reaches_a_process_that_watches() -> None:
    boss = SystemAdministratorFactory.create()
    stopping = threading.Event()
    watching = following.watch(0.05, stopping)
    assert lexicon.current().version == dictionaries.built_in().version
    version = put(NEW_GROUP, boss)
    until = time.monotonic() + 10
    while lexicon.current().version != version.digest and time.monotonic() < until:
        time.sleep(0.02)
    stopping.set()
    watching.join()
    assert NEW_GROUP.members in lexicon.current().groups


def test_the_watch_looks_often_enough_for_ten_seconds() -> None:
    assert following.WATCH_SECONDS <= 5


@pytest.mark.django_db
def test_a_look_costs_one_query_and_survives_an_outage(
    django_assert_num_queries: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dictionaries.follow()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert dictionaries.follow() is False
    known = lexicon.current()

    def away() -> str:
        raise ProgrammingError("the database is away")

    monkeypatch.setattr(dictionaries, "version_in_force", away)
    following._look("dictionary", dictionaries.follow)
    assert lexicon.current() is known
    assert "cannot be looked at" in caplog.text
