"""Who may use which address, by which method: one row per URL name, and what has no row is an error.

To add an address, add one line to `ROWS` under its name::

    "faq:thing-list": Row(get=WRITERS),
    "faq:thing": Row(get=WRITERS, post=WRITERS, of="draft", may=reads_draft),

``get`` and ``post`` are who gets through; everything else is refused. ``of`` says what the number in the
address belongs to (a key of `OBJECTS` in test_access_matrix.py), and ``may`` says, of those who get through,
who may know of it: for all others it must look as if it were not there. Addresses whose number is of
something else (``of="other"``) are asked with one that does not exist. The rules here are product.md's,
written down a second time on purpose: they do not ask the program.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from accounts.roles import Role

ROLELESS = "no role"
NOT_LOGGED_IN = "not logged in"
DEACTIVATED = "deactivated"

Who = frozenset[str]


class State(StrEnum):
    """Where an entry of the matrix stands."""

    DRAFT = "draft"
    NOT_YET = "not yet in force"
    IN_FORCE = "in force"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Case:
    """One entry as one person meets it."""

    role: str
    is_own_line: bool
    state: State
    is_restricted: bool


Rule = Callable[[Case], bool]


@dataclass(frozen=True)
class Row:
    """One address."""

    get: Who = frozenset()
    post: Who = frozenset()
    others: Mapping[str, Who] = field(default_factory=dict)
    of: str = ""
    may: Rule = field(default=lambda _case: True)


WRITING = {Role.CALL_CENTRE_EXPERT, Role.BUSINESS_EXPERT, Role.INFORMATION_ADMINISTRATOR}
CHECKING = {Role.SUPERVISOR, Role.AUDITOR}


def reads_entry(case: Case) -> bool:
    """product.md §1, "Who reads what"."""
    if case.is_restricted and not case.is_own_line:
        return False
    if case.state == State.IN_FORCE:
        return True
    if case.state in {State.EXPIRED, State.WITHDRAWN}:
        return case.role in CHECKING
    if case.role == Role.BUSINESS_EXPERT:
        return case.is_own_line
    return case.role in WRITING


def reads_published_entry(case: Case) -> bool:
    """The API has no drafts."""
    return case.state != State.DRAFT and reads_entry(case)


def knows_entry(case: Case) -> bool:
    """Whether its question may stand anywhere for them: those who write also tend what is out of force."""
    if case.role in WRITING and case.state in {State.EXPIRED, State.WITHDRAWN}:
        return case.is_own_line or not case.is_restricted
    return reads_entry(case)


EVERYBODY: Who = frozenset([*Role, ROLELESS])
ANYBODY: Who = EVERYBODY | {NOT_LOGGED_IN, DEACTIVATED}
WRITERS: Who = frozenset(WRITING)
LOG_IN = {"PUT": ANYBODY, "PATCH": EVERYBODY, "DELETE": EVERYBODY}
OTHERS = dict.fromkeys(("PUT", "PATCH", "DELETE"), ANYBODY)
KEEPERS: Who = frozenset({Role.INFORMATION_ADMINISTRATOR})
SYSTEM: Who = frozenset({Role.SYSTEM_ADMINISTRATOR})
REPORTS: Who = frozenset({Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR, Role.AUDITOR})
TENDERS: Who = frozenset({Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR})
LEARNERS: Who = TENDERS | {Role.BUSINESS_EXPERT}

ROWS: dict[str, Row] = {
    # The desk
    "desk": Row(get=EVERYBODY),
    "desk-start": Row(get=EVERYBODY),
    "desk-counts": Row(get=EVERYBODY),
    "entry-detail": Row(get=EVERYBODY, of="entry", may=reads_entry),
    "flag-entry": Row(post=EVERYBODY, of="entry", may=reads_entry),
    "pin-entry": Row(post=EVERYBODY, of="entry", may=reads_entry),
    # The API
    "api-schema": Row(get=EVERYBODY),
    "api-entry-detail": Row(get=EVERYBODY, of="entry", may=reads_published_entry),
    "api-hits": Row(post=EVERYBODY),
    "api-searches": Row(post=EVERYBODY),
    "api-calls": Row(post=EVERYBODY),
    "api-call-end": Row(post=EVERYBODY, of="call"),
    "api-search": Row(get=EVERYBODY),
    "api-suggest": Row(get=EVERYBODY),
    # Log-in, language, health; Django's own views only send on, by any other method
    "accounts:log-in": Row(get=ANYBODY, post=ANYBODY, others=LOG_IN),
    "accounts:log-out": Row(post=EVERYBODY),
    "set_language": Row(get=ANYBODY, post=ANYBODY, others=OTHERS),
    "healthz": Row(get=ANYBODY),
    "readyz": Row(get=ANYBODY),
    "metrics": Row(get=ANYBODY),
    # Messages and mails
    "courier:bell": Row(get=EVERYBODY),
    "courier:bell-seen": Row(post=EVERYBODY),
    "courier:bell-open": Row(post=EVERYBODY, of="other"),
    "courier:outbox": Row(get=SYSTEM),
    "courier:outbox-again": Row(post=SYSTEM, of="other"),
    # Reports
    "reports:last-month": Row(get=REPORTS),
    "reports:month-detail": Row(get=REPORTS, of="month"),
    # Notices and sources
    "bulletins:notice-list": Row(get=WRITERS),
    "bulletins:notice-new": Row(get=WRITERS),
    "bulletins:notice-take-in": Row(post=WRITERS),
    "bulletins:notice": Row(get=WRITERS, of="source", may=knows_entry),
    "bulletins:notice-check": Row(post=WRITERS, of="other"),
    "bulletins:notice-drafts": Row(post=WRITERS, of="other"),
    # Dictionaries, search quality
    "search:dictionary-list": Row(get=TENDERS),
    "search:dictionary-add": Row(post=SYSTEM),
    "search:dictionary-export": Row(get=TENDERS),
    "search:dictionary-import": Row(post=SYSTEM),
    "search:dictionary-remove": Row(post=SYSTEM),
    "search:dictionary-forget": Row(post=SYSTEM),
    "search:dictionary-take-back": Row(post=SYSTEM, of="other"),
    "search:dictionary-try": Row(post=SYSTEM),
    "search:dictionary-put-in-force": Row(post=SYSTEM, of="other"),
    "search:dictionary-versions": Row(get=TENDERS),
    "search:dictionary-go-back": Row(post=SYSTEM),
    "search:quality": Row(get=TENDERS),
    "search:ranker-train": Row(post=SYSTEM),
    "search:ranker-switch": Row(post=SYSTEM),
    "search:trial-progress": Row(get=TENDERS, of="other"),
    # Gaps and similar questions
    "search:gaps": Row(get=KEEPERS),
    "search:gap": Row(get=KEEPERS, of="other"),
    "search:gap-ignore": Row(post=KEEPERS, of="other"),
    "search:gap-reopen": Row(post=KEEPERS, of="other"),
    "search:gap-add": Row(post=KEEPERS, of="other"),
    "search:gap-write": Row(post=KEEPERS, of="other"),
    "search:similar-questions": Row(get=LEARNERS),
    "search:similar-question-accept": Row(post=LEARNERS, of="other"),
    "search:similar-question-reject": Row(post=LEARNERS, of="other"),
    "search:similar-question-decide": Row(post=LEARNERS),
    "search:similar-question-switch": Row(post=SYSTEM),
}
