"""What a bulletin says and to whom, as it is written; the rules it has to keep."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agent
from accounts.roles import Role
from bulletins.models import Bulletin
from faq import wording
from kb.lib.errors import RuleBrokenError

LONGEST_TITLE = 200
LONGEST_QUIZ = 300
LONGEST_CHOICE = 200
FEWEST_CHOICES = 2
MOST_CHOICES = 5
MOST_ENTRIES = 20


@dataclass(frozen=True)
class Content:
    """All of a bulletin that somebody writes. ``right_choice`` counts ``choices`` from 0."""

    title: str
    body: str
    urgency: str = Bulletin.Urgency.INFO
    roles: Collection[str] = ()
    line_ids: Collection[int] = ()
    is_restricted: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    entry_ids: Sequence[int] = ()
    is_must_read: bool = False
    quiz: str = ""
    choices: Sequence[str] = ()
    right_choice: int | None = None

    @classmethod
    def of(cls, bulletin: Bulletin) -> "Content":
        """What a bulletin holds."""
        return cls(
            **{name: getattr(bulletin, name) for name in _COLUMNS},
            line_ids=sorted(bulletin.line_ids),
            entry_ids=list(bulletin.entries.order_by("pk").values_list("pk", flat=True)),
        )

    def columns(self) -> dict[str, Any]:
        """What stands in the bulletin's own row."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def tidied(self) -> "Content":
        """As it is stored. Raises RuleBrokenError where something is missing, too long or contradicts."""
        has_quiz = self.is_must_read and bool(self.quiz.strip())
        tidy = replace(
            self,
            title=wording.tidy_line(self.title),
            body=wording.tidy(self.body),
            roles=[role for role in Role.values if role in self.roles],
            line_ids=sorted(set(self.line_ids)),
            entry_ids=sorted(set(self.entry_ids)),
            quiz=wording.tidy_line(self.quiz) if has_quiz else "",
            choices=[wording.tidy_line(choice) for choice in self.choices] if has_quiz else [],
            right_choice=self.right_choice if has_quiz else None,
        )
        tidy._check()
        return tidy

    def _check(self) -> None:
        if not self.title:
            raise RuleBrokenError(_("The title is missing."))
        if len(self.title) > LONGEST_TITLE or len(self.body) > wording.LONGEST_TEXT:
            raise RuleBrokenError(_("A part of the text is too long."))
        if self.urgency not in Bulletin.Urgency.values:
            raise RuleBrokenError(_("Choose how urgent it is."))
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise RuleBrokenError(_("It ends before it begins."))
        if self.is_restricted and not self.line_ids:
            raise RuleBrokenError(_("A restricted bulletin names the business lines it is for."))
        if len(self.entry_ids) > MOST_ENTRIES:
            raise RuleBrokenError(_("At most %(most)s entries can be linked.") % {"most": MOST_ENTRIES})
        if self.quiz:
            self._check_quiz()

    def _check_quiz(self) -> None:
        if not FEWEST_CHOICES <= len(self.choices) <= MOST_CHOICES or not all(self.choices):
            raise RuleBrokenError(
                _("The question needs %(fewest)s to %(most)s answers.")
                % {"fewest": FEWEST_CHOICES, "most": MOST_CHOICES}
            )
        if len(set(self.choices)) < len(self.choices):
            raise RuleBrokenError(_("Two answers are the same."))
        if len(self.quiz) > LONGEST_QUIZ or max(map(len, self.choices)) > LONGEST_CHOICE:
            raise RuleBrokenError(_("A part of the text is too long."))
        if self.right_choice is None or not 0 <= self.right_choice < len(self.choices):
            raise RuleBrokenError(_("Say which answer is right."))

    def check_open_to(self, person: Agent) -> None:
        """Raise RuleBrokenError where its writer could not read it any more."""
        if self.is_restricted and person.line_ids.isdisjoint(self.line_ids):
            raise RuleBrokenError(
                _("You belong to none of these business lines, so you could not restrict it to them.")
            )


_COLUMNS = (
    "title",
    "body",
    "urgency",
    "roles",
    "is_restricted",
    "starts_at",
    "ends_at",
    "is_must_read",
    "quiz",
    "choices",
    "right_choice",
)
