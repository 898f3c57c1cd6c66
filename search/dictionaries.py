"""The site's own dictionary: changes are collected, tried, and put in force as one version, on every node.

Before the first version the built-in dictionary is in force; the first version is that one with its changes.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from kb.lib.errors import RuleBrokenError
from search import builtin, lexicon
from search.dictionary_lines import (
    Line,
    LineKind,
    apply_changes,
    check_line,
    check_lines,
    content_of,
    lexicon_of,
    lines_of,
    read_content,
)
from search.lexicon import Lexicon
from search.models import DictionaryChange, DictionaryVersion, Trial

CHANGES_LOCK = 0x64696374  # "dict": one change of the dictionary at a time


@cache
def built_in() -> Lexicon:
    """The built-in dictionary under the name its content has, so that an upgrade is seen as a change."""
    return lexicon_of(lines_of(builtin.lexicon()))


def version_in_force() -> str:
    """The name of what the dictionary says now, as ``Lexicon.version``; one cheap query."""
    newest = DictionaryVersion.objects.order_by("-pk").values_list("digest", flat=True).first()
    return newest or built_in().version


def load() -> Lexicon:
    """The dictionary in force, from the database."""
    newest = DictionaryVersion.objects.order_by("-pk").first()
    if newest is None:
        return built_in()
    return replace(lexicon_of(read_content(newest.content)), version=newest.digest)


def follow() -> bool:
    """Put the dictionary in force in this process if another one is; whether it was."""
    if version_in_force() == lexicon.current().version:
        return False
    lexicon.use(load())
    return True


def lines_in_force() -> list[Line]:
    """Every line of the dictionary in force."""
    return lines_of(load())


def waiting_changes() -> list[DictionaryChange]:
    """The changes of the next version, in the order they were made."""
    return list(DictionaryChange.objects.select_related("made_by"))


def next_lines(in_force: Iterable[Line], changes: Iterable[DictionaryChange]) -> list[Line]:
    """What the dictionary will say with these changes."""
    return apply_changes(in_force, [(_line(change), change.is_removal) for change in changes])


@transaction.atomic
def add(line: Line, *, by: Agent, instead_of: Line | None = None) -> DictionaryChange | None:
    """Let the next version have a line, instead of another one or beside all others.

    Takes the dictionary's lock. None when a waiting removal was taken back by it. Raises RuleBrokenError when
    the line breaks a rule, alone or together with what the next version has.
    """
    check_line(line)
    one_at_a_time()
    if instead_of and instead_of.key != line.key:
        _remove(instead_of, by)
    before = next_lines(lines_in_force(), waiting_changes())
    if instead_of and instead_of.key == line.key:
        before = [each for each in before if each.key != line.key]
    check_lines([*before, line])
    DictionaryChange.objects.filter(pk__in=_waiting_with(line)).delete()
    if line in lines_in_force():
        return None
    return _wait(line, by)


@transaction.atomic
def add_all(lines: Iterable[Line], *, by: Agent) -> int:
    """Let the next version have these lines beside what it has already; how many it had not.

    All or none. Takes the dictionary's lock. Raises RuleBrokenError when they do not fit together.
    """
    one_at_a_time()
    before = next_lines(lines_in_force(), waiting_changes())
    known = {line.key for line in before}
    new = [line for line in lines if line.key not in known]
    check_lines([*before, *new])
    gone = {line.key: line for line in lines_in_force()}
    DictionaryChange.objects.filter(
        pk__in=[change.pk for change in waiting_changes() if _line(change).key in {line.key for line in new}]
    ).delete()
    for line in new:
        if gone.get(line.key) != line:
            _wait(line, by)
    return len(new)


@transaction.atomic
def remove(line: Line, *, by: Agent) -> DictionaryChange | None:
    """Let the next version have a line no more; None when it was only waiting. Takes the lock."""
    one_at_a_time()
    return _remove(line, by)


@transaction.atomic
def take_back(change: DictionaryChange) -> None:
    """Forget one waiting change. Raises RuleBrokenError when what is left does not fit together."""
    one_at_a_time()
    DictionaryChange.objects.filter(pk=change.pk).delete()
    check_lines(next_lines(lines_in_force(), waiting_changes()))


@transaction.atomic
def forget_changes() -> None:
    """Forget every waiting change."""
    one_at_a_time()
    DictionaryChange.objects.all().delete()


@transaction.atomic
def put_in_force(trial: Trial, *, by: Agent) -> DictionaryVersion:
    """Make the tried changes the version in force, if they are still exactly what waits.

    Takes the dictionary's lock, so of two at once one makes a version and the other is refused. Raises
    RuleBrokenError when the trial has not ended, or the dictionary or the changes are others by now.
    """
    one_at_a_time()
    trial = Trial.objects.get(pk=trial.pk)
    changes = waiting_changes()
    lines = next_lines(lines_in_force(), changes)
    if trial.state != Trial.State.DONE or not changes:
        raise RuleBrokenError(_("Try the changes first: the figures before and after belong to them."))
    if (trial.before_ref, trial.after_ref) != (version_in_force(), lexicon_of(lines).version):
        raise RuleBrokenError(_("The changes are others than those that were tried. Try them again."))
    check_lines(lines)
    said = [{"kind": c.kind, "members": c.members, "is_removal": c.is_removal} for c in changes]
    version = DictionaryVersion.objects.create(
        content=content_of(lines), digest=trial.after_ref, changes=said, made_by=by
    )
    DictionaryChange.objects.all().delete()
    audit.record(by, "dictionary.changed", version, changes=said, trial=trial.pk)
    return version


@transaction.atomic
def go_back(earlier: DictionaryVersion | None, *, by: Agent) -> DictionaryVersion:
    """Put an earlier version in force again, or with None the built-in one, as a version of its own.

    Waiting changes stay where they still fit. Takes the dictionary's lock. Raises RuleBrokenError when that
    version is in force, or the waiting changes do not fit it.
    """
    one_at_a_time()
    lines = read_content(earlier.content) if earlier else lines_of(built_in())
    name = earlier.digest if earlier else built_in().version
    if name == version_in_force():
        raise RuleBrokenError(_("This is what the dictionary says now."))
    check_lines(next_lines(lines, waiting_changes()))
    version = DictionaryVersion.objects.create(
        content=content_of(lines), digest=name, restored=earlier, made_by=by
    )
    audit.record(by, "dictionary.restored", version, version=earlier.pk if earlier else None)
    return version


def _remove(line: Line, by: Agent) -> DictionaryChange | None:
    found = next((each for each in lines_in_force() if each.key == line.key), None)
    DictionaryChange.objects.filter(pk__in=_waiting_with(line)).delete()
    return _wait(found, by, is_removal=True) if found else None


def _wait(line: Line, by: Agent, *, is_removal: bool = False) -> DictionaryChange:
    return DictionaryChange.objects.create(
        kind=line.kind, members=list(line.members), is_removal=is_removal, made_by=by
    )


def _waiting_with(line: Line) -> list[int]:
    return [change.pk for change in waiting_changes() if _line(change).key == line.key]


def _line(change: DictionaryChange) -> Line:
    return Line(LineKind(change.kind), tuple(change.members))


def one_at_a_time() -> None:
    """Take the dictionary's lock until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHANGES_LOCK])
