"""What calls have taught about wordings, until somebody decides on it."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Agent
from faq.models import Entry


class ProposedQuestionQuerySet(models.QuerySet["ProposedQuestion"]):
    """Which proposed similar questions."""

    def waiting(self) -> Self:
        """Those nobody has decided on."""
        return self.filter(state=ProposedQuestion.State.WAITING)

    def visible_to(self, person: Agent) -> Self:
        """Those of entries in force: of all lines, or of the own ones for experts."""
        if not permissions.may_view_learned_questions(person):
            return self.none()
        found = self.filter(entry__in=Entry.objects.findable_by(person))
        if permissions.may_view_dictionaries(person):
            return found
        return found.filter(entry__line__in=person.line_ids)

    def decidable_by(self, person: Agent) -> Self:
        """The waiting ones that ``permissions.may_tend_entries_of`` lets this person decide on."""
        found = self.waiting().visible_to(person)
        if permissions.may_tend_every_entry(person):
            return found
        mine = [line for line in person.lines.all() if permissions.may_fill_seat(person, line)]
        return found.filter(entry__line__in=mine)


class ProposedQuestion(models.Model):
    """A wording that agents confirmed for an entry, proposed to its owner as a similar question.

    ``key`` is its ``tokenizer.exact_key``. What was decided stays, so that it is never proposed again.
    ``calls_elsewhere`` counts calls in which the same wording led to another entry. Nobody decided on what
    was accepted by itself.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Turned down")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    key = models.CharField(max_length=24)
    text = models.CharField(max_length=500)
    calls = models.PositiveIntegerField()
    agents = models.PositiveIntegerField()
    calls_elsewhere = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["ProposedQuestion"]] = ProposedQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-calls", "pk"]
        verbose_name = _("proposed similar question")
        verbose_name_plural = _("proposed similar questions")
        indexes = [models.Index(fields=["state", "-calls"], name="proposed_question_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "key"], name="proposed_question_once"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(text=""), name="proposed_question_has_words"),
            models.CheckConstraint(condition=Q(calls__gte=F("agents")), name="proposed_question_calls"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="proposed_question_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Gap(models.Model):
    """A question that callers ask and agents find no answer to: given-up attempts that ask the same.

    ``wording`` is what agents typed most, ``wordings`` what else they typed, each with its number of calls,
    ``keys`` the ``tokenizer.exact_key`` of all of them, ``key`` that of ``wording``. Open ones are found anew
    every night; what somebody decided on stays.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TAKEN = "taken", _("Taken up")
        IGNORED = "ignored", _("Ignored")

    key = models.CharField(max_length=24)
    wording = models.CharField(max_length=500)
    keys = ArrayField(models.CharField(max_length=24))
    wordings = models.JSONField()
    calls = models.PositiveIntegerField()
    agents = models.PositiveIntegerField()
    last_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-calls", "pk"]
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        indexes = [models.Index(fields=["state", "-calls"], name="gap_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(state="open"), name="gap_open_once"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(wording=""), name="gap_has_words"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="gap_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="taken", entry__isnull=False) | (~Q(state="taken") & Q(entry__isnull=True)),
                name="gap_taken_has_entry",
            ),
        ]

    def __str__(self) -> str:
        return self.wording

    @property
    def texts(self) -> list[str]:
        """What agents typed, most calls first."""
        return [text for text, _calls in self.wordings]
