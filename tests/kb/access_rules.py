"""Who may know of what: the rules of product.md, §1 and §3, written down a second time on purpose.

They do not ask the program. ``access_matrix`` says which of them holds for which address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from accounts.roles import Role


class State(StrEnum):
    """Where an entry of the matrix stands; the first two have no text that ever was live."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
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
    is_author: bool = False

    @property
    def is_closed(self) -> bool:
        return self.is_restricted and not self.is_own_line


Rule = Callable[[Case], bool]

WRITING = {Role.CALL_CENTRE_EXPERT, Role.BUSINESS_EXPERT, Role.INFORMATION_ADMINISTRATOR}
CHECKING = {Role.SUPERVISOR, Role.AUDITOR}
NEVER_OUT = {State.DRAFT, State.IN_REVIEW}
GONE = {State.EXPIRED, State.WITHDRAWN}


def writes_for(case: Case) -> bool:
    """Call-centre experts and information administrators for all lines, business experts for their own."""
    return case.role in WRITING and (case.role != Role.BUSINESS_EXPERT or case.is_own_line)


def reads_entry(case: Case) -> bool:
    """product.md §1, "Who reads what"."""
    if case.is_closed:
        return False
    if case.state == State.IN_FORCE:
        return True
    if case.state in GONE:
        return case.role in CHECKING
    return case.is_author or writes_for(case)


def finds_entry(case: Case) -> bool:
    """What a search may name."""
    return case.state == State.IN_FORCE and not case.is_closed


def reads_published_entry(case: Case) -> bool:
    """The API has no drafts."""
    return case.state not in NEVER_OUT and reads_entry(case)


def hears_of_spike(case: Case) -> bool:
    """Only what has been out can be asked; of restricted entries only people of their lines hear."""
    return (case.state == State.IN_FORCE or case.state in GONE) and not case.is_closed


def knows_entry(case: Case) -> bool:
    """Whether its question may stand anywhere for them: those who write also tend what is out of force.

    Business experts tend what is of their own lines.
    """
    if case.role in WRITING and case.state in GONE:
        return not case.is_closed and (case.is_own_line or case.role != Role.BUSINESS_EXPERT)
    return reads_entry(case)


def reads_texts(case: Case) -> bool:
    """Its drafts, requests and history: who writes or wrote it; who checks, of what they may read."""
    if case.is_closed:
        return False
    if case.is_author or writes_for(case):
        return True
    return case.role in CHECKING and case.state not in NEVER_OUT and reads_entry(case)


def writes_text(case: Case) -> bool:
    """Only an open draft is written in; a published text never is."""
    return case.state in NEVER_OUT and reads_texts(case)


def changes_entry(case: Case) -> bool:
    """Of what they know: a withdrawn entry is brought back before it is changed."""
    return case.state != State.WITHDRAWN and (reads_entry(case) or reads_texts(case))


def reads_file(case: Case) -> bool:
    """A file is as readable as the texts that carry it."""
    return reads_entry(case) or reads_texts(case)


def works_off_flag(case: Case) -> bool:
    """A flag is a task for the owning line and the information administrator."""
    return not case.is_closed and (case.role == Role.INFORMATION_ADMINISTRATOR or case.is_own_line)


def sees_act(case: Case) -> bool:
    """Whoever did it, and information administrators; its page names what of it they know."""
    return case.is_author or case.role == Role.INFORMATION_ADMINISTRATOR
