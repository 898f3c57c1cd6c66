"""Who may use which address, by which method: one row per URL name, and what has no row is an error.

To add an address, add one line to `ROWS` under its name::

    "faq:thing-list": Row(get=WRITERS),
    "faq:thing": Row(get=WRITERS, post=WRITERS, of="text", may=reads_texts),

``get`` and ``post`` are who gets through; everybody else is refused before anything is looked up. ``of`` says
what the address belongs to (a key of `OBJECTS` in access_objects.py), and ``may`` says, of those who get
through, who may know of it: for all others it must look as if it were not there, which ``missing`` is the
status of. ``sends`` is a form without which there is nothing to do; ``{text}`` in it is the number of the
entry's text. Addresses whose number is of something else (``of="other"``) are asked with one that does not
exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.roles import Role
from tests.kb.access_rules import (
    CHECKING,
    WRITING,
    Rule,
    changes_entry,
    finds_entry,
    hears_of_spike,
    knows_entry,
    reads_entry,
    reads_file,
    reads_published_entry,
    reads_texts,
    sees_act,
    works_off_flag,
    writes_text,
)

ROLELESS = "no role"
NOT_LOGGED_IN = "not logged in"
DEACTIVATED = "deactivated"

Who = frozenset[str]


@dataclass(frozen=True)
class Row:
    """One address."""

    get: Who = frozenset()
    post: Who = frozenset()
    others: Mapping[str, Who] = field(default_factory=dict)
    of: str = ""
    may: Rule = field(default=lambda _case: True)
    missing: int = 404
    sends: Mapping[str, str] = field(default_factory=dict)


EVERYBODY: Who = frozenset([*Role, ROLELESS])
ANYBODY: Who = EVERYBODY | {NOT_LOGGED_IN, DEACTIVATED}
WRITERS: Who = frozenset(WRITING)
READERS: Who = frozenset(WRITING | CHECKING)
SIGNERS: Who = frozenset({Role.CALL_CENTRE_EXPERT, Role.BUSINESS_EXPERT})
FLAGS: Who = frozenset({Role.BUSINESS_EXPERT, Role.INFORMATION_ADMINISTRATOR})
LOG_IN = {"PUT": ANYBODY, "PATCH": EVERYBODY, "DELETE": EVERYBODY}
OTHERS = dict.fromkeys(("PUT", "PATCH", "DELETE"), ANYBODY)
KEEPERS: Who = frozenset({Role.INFORMATION_ADMINISTRATOR})
SYSTEM: Who = frozenset({Role.SYSTEM_ADMINISTRATOR})
TELLERS: Who = frozenset({Role.INFORMATION_ADMINISTRATOR, Role.SUPERVISOR})
REPORTS: Who = frozenset({Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR, Role.AUDITOR})
AUDITORS: Who = frozenset({Role.AUDITOR})
DECIDERS: Who = frozenset({Role.SUPERVISOR})
SPIKES: Who = frozenset({Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR})
TENDERS: Who = frozenset({Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR})
WORKERS: Who = WRITERS | {Role.SUPERVISOR}
LEARNERS: Who = TENDERS | {Role.BUSINESS_EXPERT}
FORWARDERS: Who = KEEPERS | {Role.AGENT, Role.CALL_CENTRE_EXPERT, Role.SUPERVISOR}
AWAY: Who = KEEPERS | {Role.BUSINESS_EXPERT, Role.SUPERVISOR}
FIGURES: Who = frozenset({Role.BUSINESS_EXPERT, Role.SUPERVISOR})
REVIEWERS: Who = SIGNERS | KEEPERS | {Role.SUPERVISOR}

ASKED = {"reviewer": "{author}", "seat": "centre"}

ROWS: dict[str, Row] = {
    # The desk
    "desk": Row(get=EVERYBODY),
    "desk-start": Row(get=EVERYBODY),
    "desk-category": Row(get=EVERYBODY),
    "desk-counts": Row(get=EVERYBODY),
    "work": Row(get=WORKERS),
    "entry-detail": Row(get=EVERYBODY, of="entry", may=reads_entry),
    "entry-state": Row(get=EVERYBODY, of="entry", may=reads_entry, missing=200),
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
    "api-report": Row(get=REPORTS, of="month"),
    "api-inquiries-like": Row(get=EVERYBODY),
    "api-inquiries": Row(get=EVERYBODY, post=FORWARDERS),
    "api-inquiry": Row(get=EVERYBODY, of="other"),
    "api-inquiry-join": Row(post=FORWARDERS, of="other"),
    # Log-in, language, health; Django's own views only send on, by any other method
    "accounts:log-in": Row(get=ANYBODY, post=ANYBODY, others=LOG_IN),
    "accounts:log-out": Row(post=EVERYBODY),
    "accounts:settings": Row(get=SYSTEM, post=SYSTEM),
    "accounts:line-head": Row(post=SYSTEM, of="other"),
    "accounts:audit-trail": Row(get=AUDITORS),
    "set_language": Row(get=ANYBODY, post=ANYBODY, others=OTHERS),
    "healthz": Row(get=ANYBODY),
    "readyz": Row(get=ANYBODY),
    "metrics": Row(get=ANYBODY),
    # Messages and mails
    "courier:bell": Row(get=EVERYBODY),
    "courier:bell-seen": Row(post=EVERYBODY),
    "courier:bell-open": Row(post=EVERYBODY, of="other"),
    "courier:settings": Row(get=EVERYBODY, post=EVERYBODY),
    "courier:my-mails": Row(get=EVERYBODY),
    "courier:outbox": Row(get=SYSTEM),
    "courier:outbox-again": Row(post=SYSTEM, of="other"),
    # Inquiries: what one may do with an inquiry says its own service, with a sentence
    "inquiries:inquiry-list": Row(get=EVERYBODY),
    "inquiries:due-next": Row(get=EVERYBODY),
    "inquiries:person-figures": Row(get=FIGURES),
    "inquiries:news": Row(get=EVERYBODY),
    "inquiries:inquiry": Row(get=EVERYBODY, of="other"),
    "inquiries:say": Row(post=EVERYBODY, of="other"),
    "inquiries:assign": Row(post=EVERYBODY, of="other"),
    "inquiries:send-to-line": Row(post=EVERYBODY, of="other"),
    "inquiries:pause": Row(post=EVERYBODY, of="other"),
    "inquiries:resume": Row(post=EVERYBODY, of="other"),
    "inquiries:close": Row(post=EVERYBODY, of="other"),
    "inquiries:reopen": Row(post=EVERYBODY, of="other"),
    "inquiries:join": Row(post=EVERYBODY, of="other"),
    "inquiries:make-entry": Row(post=EVERYBODY, of="other"),
    "inquiries:attach": Row(post=EVERYBODY, of="other"),
    "inquiries:file": Row(get=EVERYBODY, of="key"),
    "inquiries:absences": Row(get=AWAY, post=AWAY),
    "inquiries:end-absence": Row(post=AWAY, of="other"),
    "inquiries:calendar": Row(get=SYSTEM),
    "inquiries:calendar-day": Row(post=SYSTEM),
    "inquiries:calendar-year": Row(post=SYSTEM),
    "inquiries:answer-by-mail": Row(get=ANYBODY, post=ANYBODY, of="token"),
    # Reports
    "reports:spike-list": Row(get=REPORTS),
    "reports:spike": Row(get=REPORTS, of="spike", may=hears_of_spike),
    "reports:spike-acknowledge": Row(post=SPIKES, of="spike", may=hears_of_spike),
    "reports:spike-bulletin": Row(post=SPIKES, of="spike", may=hears_of_spike),
    "reports:last-month": Row(get=REPORTS),
    "reports:month-detail": Row(get=REPORTS, of="month"),
    "reports:print-page": Row(get=REPORTS, of="month"),
    "reports:entry-list": Row(get=REPORTS, of="month"),
    "reports:hour-detail": Row(get=REPORTS, of="month"),
    "reports:day-detail": Row(get=REPORTS, of="day"),
    "reports:picture": Row(get=REPORTS, of="picture"),
    "reports:workbook": Row(get=REPORTS, of="month"),
    "reports:table-file": Row(get=REPORTS, of="table"),
    "reports:subscription": Row(post=REPORTS),
    "reports:proposal-list": Row(get=REPORTS),
    "reports:proposal-accept-all": Row(get=DECIDERS, post=DECIDERS),
    "reports:proposal": Row(get=REPORTS | WRITERS, of="other"),
    "reports:proposal-accept": Row(post=DECIDERS, of="other"),
    "reports:proposal-dismiss": Row(post=DECIDERS, of="other"),
    "reports:proposal-later": Row(post=DECIDERS, of="other"),
    "reports:proposal-take-back": Row(post=DECIDERS, of="other"),
    "reports:proposal-undo": Row(post=DECIDERS, of="other"),
    # Notices and sources
    "bulletins:notice-list": Row(get=WRITERS),
    "bulletins:notice-new": Row(get=WRITERS),
    "bulletins:notice-take-in": Row(post=WRITERS),
    "bulletins:notice": Row(get=WRITERS, of="source", may=knows_entry),
    "bulletins:notice-check": Row(post=WRITERS, of="notice"),
    "bulletins:notice-drafts": Row(post=WRITERS, of="notice"),
    "bulletins:notice-bulletin": Row(post=KEEPERS, of="notice"),
    # Bulletins; who reads which is told in tests/bulletins/test_bulletin_visibility.py
    "bulletins:board": Row(get=EVERYBODY),
    "bulletins:now": Row(get=EVERYBODY),
    "bulletins:bulletin": Row(get=EVERYBODY, of="other"),
    "bulletins:receipt": Row(post=EVERYBODY, of="other"),
    "bulletins:bulletin-new": Row(get=TELLERS, post=TELLERS),
    "bulletins:bulletin-preview": Row(post=TELLERS),
    "bulletins:bulletin-edit": Row(get=TELLERS, post=TELLERS, of="other"),
    "bulletins:bulletin-withdraw": Row(post=TELLERS, of="other"),
    "bulletins:bulletin-remind": Row(post=TELLERS, of="other"),
    "bulletins:bulletin-entries": Row(post=TELLERS, of="other"),
    "bulletins:reading": Row(get=TELLERS, of="other"),
    "bulletins:reading-export": Row(get=TELLERS, of="file of a bulletin"),
    "api-bulletins": Row(get=EVERYBODY),
    "api-bulletin": Row(get=EVERYBODY, of="other"),
    "api-bulletin-receipt": Row(post=EVERYBODY, of="other"),
    # Lists of entries, and many at once
    "faq:entry-list": Row(get=READERS),
    "faq:entry-export": Row(get=READERS),
    "faq:bulk-list": Row(get=WRITERS),
    "faq:bulk-new": Row(post=WRITERS),
    "faq:bulk-do": Row(post=WRITERS),
    "faq:bulk": Row(get=WRITERS, of="act", may=sees_act),
    "faq:bulk-undo": Row(post=WRITERS, of="act", may=sees_act),
    # Writing; an author without a role reads what they wrote
    "faq:entry-new": Row(get=WRITERS, post=WRITERS),
    "faq:entry-new-autosave": Row(post=WRITERS),
    "faq:entry-new-autosave-drop": Row(post=WRITERS),
    "faq:entry-edit": Row(post=WRITERS, of="entry", may=changes_entry),
    "faq:compare": Row(post=WRITERS, of="entry", may=finds_entry),
    "faq:preview": Row(post=WRITERS),
    "faq:draft": Row(get=EVERYBODY, post=WRITERS, of="text", may=reads_texts),
    "faq:draft-autosave": Row(post=WRITERS, of="revision", may=writes_text),
    "faq:draft-autosave-drop": Row(post=WRITERS, of="revision", may=writes_text),
    "faq:draft-attach": Row(get=WRITERS, post=WRITERS, of="revision", may=writes_text),
    "faq:draft-detach": Row(post=WRITERS, of="file of a text", may=writes_text),
    "faq:attachment": Row(get=EVERYBODY, of="attachment", may=reads_file),
    "search:like-this": Row(get=WORKERS),
    "search:suggest-fields": Row(post=WRITERS),
    # Reviews
    "faq:review": Row(get=READERS, of="revision", may=reads_texts),
    "faq:sign-off": Row(post=SIGNERS, of="revision", may=reads_texts),
    "faq:submit": Row(post=WRITERS, of="revision", may=reads_texts),
    "faq:take-back": Row(post=WRITERS, of="revision", may=reads_texts),
    "faq:ask-reviewer": Row(post=WRITERS, of="revision", may=reads_texts, sends=ASKED),
    "faq:comment": Row(post=WRITERS, of="revision", may=reads_texts),
    "faq:resolve-comment": Row(post=WRITERS, of="comment", may=reads_texts),
    "faq:ask-again": Row(post=WRITERS, of="revision", may=reads_texts),
    "faq:drop-request": Row(post=WRITERS, of="revision", may=reads_texts),
    "faq:hand-over": Row(get=REVIEWERS, post=REVIEWERS),
    # History, and taking out of use
    "faq:history": Row(get=READERS, of="entry", may=reads_texts),
    "faq:restore-text": Row(post=WRITERS, of="entry", may=reads_texts, sends={"revision": "{text}"}),
    "faq:withdraw": Row(post=WRITERS, of="entry", may=reads_texts),
    "faq:restore": Row(post=WRITERS, of="entry", may=reads_texts),
    "faq:set-validity": Row(post=WRITERS, of="entry", may=reads_texts),
    # Flags
    "faq:flag-list": Row(get=FLAGS),
    "faq:my-flags": Row(get=EVERYBODY),
    "faq:flag": Row(get=FLAGS, of="flag", may=works_off_flag),
    "faq:flag-take": Row(post=FLAGS, of="flag", may=works_off_flag),
    "faq:flag-answer": Row(post=FLAGS, of="flag", may=works_off_flag),
    "faq:flag-fix": Row(post=FLAGS, of="flag", may=works_off_flag),
    # Imports
    "faq:import-list": Row(get=KEEPERS),
    "faq:import-upload": Row(post=KEEPERS),
    "faq:import-template": Row(get=KEEPERS, of="template"),
    "faq:import": Row(get=KEEPERS, of="import"),
    "faq:import-progress": Row(get=KEEPERS, of="import"),
    "faq:import-read": Row(post=KEEPERS, of="import"),
    "faq:import-apply": Row(post=KEEPERS, of="import"),
    "faq:import-undo": Row(post=KEEPERS, of="import"),
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
