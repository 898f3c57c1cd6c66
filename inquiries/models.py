"""Difficult questions (product.md §8): who asks, in which round, until when, and what was said."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq.models import Entry
from inquiries.standing_in import Away, stands_in_for
from kb.lib.months import SITE_ZONE


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    """Which inquiries; every list, match, page and answer goes through these verbs."""

    def open(self) -> Self:
        """Those that still wait for their answer."""
        return self.filter(state__in=OPEN_STATES)

    def findable(self) -> Self:
        """What a search shows to everybody: open ones, and those whose answer no entry gives yet."""
        return self.filter(_is_findable())

    def visible_to(self, person: Agent) -> Self:
        """What a search shows is everybody's to see; the rest for who asked, works on it, or watches."""
        if not person.is_active:
            return self.none()
        if permissions.may_see_all_inquiries(person):
            return self
        asked = Asker.objects.filter(inquiry=OuterRef("pk"), person=person)
        return self.filter(_is_findable() | Q(Exists(asked)) | _worked_by(person))

    def worked_by(self, person: Agent) -> Self:
        """Those this person may answer, assign, pause: of their lines, assigned to them, or all of them.

        Whoever stands in for somebody today works on that person's too.
        """
        if not person.is_active:
            return self.none()
        return self if permissions.may_chase_inquiries(person) else self.filter(_worked_by(person))

    def answered_by(self, person: Agent) -> Self:
        """Those this person may answer: the business experts' of the line and whoever it is assigned to."""
        return self.filter(_worked_by(person)) if person.is_active else self.none()

    def asked_by(self, person: Agent) -> Self:
        """Those this person forwarded or joined."""
        return self.filter(Exists(Asker.objects.filter(inquiry=OuterRef("pk"), person=person)))


def _is_findable() -> Q:
    unwritten = Q(state=Inquiry.State.ANSWERED, entry_published_at__isnull=True)
    return Q(state__in=OPEN_STATES) | unwritten


def _worked_by(person: Agent) -> Q:
    away = Absence.objects.away_today()
    people = {person.pk, *stands_in_for(person.pk, away)}
    mine = Q(assigned_to__in=people)
    if not permissions.may_answer_inquiries(person):
        return mine
    lines = set(person.line_ids)
    if len(people) > 1:
        lines |= set(
            BusinessLine.objects.filter(people__in=people - {person.pk}).values_list("pk", flat=True)
        )
    return mine | Q(line__in=sorted(lines))


class Inquiry(models.Model):
    """One question forwarded to a business line. Everything a caller could be known by is masked.

    ``round`` is the number of the one that runs, or ran last. ``entry`` is the draft that was made of the
    answer; ``entry_published_at`` when it came out.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ASSIGNED = "assigned", _("Assigned")
        REPLIED = "replied", _("First reply given")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    key = models.UUIDField(unique=True)
    question = models.CharField(_("question"), max_length=500)
    context = models.TextField(_("context"), blank=True)
    line = models.ForeignKey(BusinessLine, models.PROTECT, related_name="+", verbose_name=_("business line"))
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    round = models.PositiveSmallIntegerField(default=1)
    forwarded_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    forwarded_at = models.DateTimeField(db_default=Now())
    assigned_to = models.ForeignKey(
        Agent, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assigned to")
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="inquiries")
    entry_published_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Inquiry"]] = InquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-forwarded_at", "-pk"]
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        indexes = [models.Index(fields=["state", "line"], name="inquiry_by_state")]
        constraints = [models.CheckConstraint(condition=~Q(question=""), name="inquiry_has_question")]

    def __str__(self) -> str:
        return self.question

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.state in OPEN_STATES


OPEN_STATES = [Inquiry.State.OPEN, Inquiry.State.ASSIGNED, Inquiry.State.REPLIED]


class Round(models.Model):
    """One time through the deadlines: both are fixed when it begins and never silently moved.

    ``is_provisional``: the final one reaches into a year whose holidays are not announced yet; it is set once
    when they are. ``hours`` are the working hours it was reckoned with, ``soon`` when to remind.
    ``closed_at``: it was closed before it was answered.
    """

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    reply_soon_at = models.DateTimeField()
    reply_due_at = models.DateTimeField()
    answer_soon_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    hours = models.CharField(max_length=200)
    is_provisional = models.BooleanField(default=False)
    replied_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    answered_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [models.UniqueConstraint(fields=["inquiry", "number"], name="round_once")]
        indexes = [
            models.Index(
                fields=["reply_soon_at", "reply_due_at"],
                condition=Q(replied_at__isnull=True, closed_at__isnull=True),
                name="round_reply_due",
            ),
            models.Index(
                fields=["answer_soon_at", "answer_due_at"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="round_answer_due",
            ),
            models.Index(fields=["reply_due_at"], name="round_reply_month"),
            models.Index(fields=["answer_due_at"], name="round_answer_month"),
        ]


class Asker(models.Model):
    """A call in which it was asked: by whom it was forwarded or joined. All of them hear the answer."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="askers")
    person = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    call_id = models.UUIDField(null=True)
    round = models.PositiveSmallIntegerField(default=1)
    words = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("asker")
        verbose_name_plural = _("askers")
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "call_id"], condition=Q(call_id__isnull=False), name="asker_once_per_call"
            )
        ]


class Message(models.Model):
    """What was said in an inquiry; ``key`` is the form's that sent it, so that sending twice is once."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        ANSWER = "answer", pgettext_lazy("inquiry", "Answer")
        QUESTION = "question", _("Question back to the agent")
        DETAIL = "detail", _("Details from the agent")
        NOTE = "note", _("Note")

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="messages")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    text = models.TextField(_("text"))
    author = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    is_by_mail = models.BooleanField(default=False)
    key = models.UUIDField(unique=True)
    said_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["said_at", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")


class Pause(models.Model):
    """Time in which the line could not go on, and why. It moves no deadline; reports show both shares."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="pauses")
    round = models.PositiveSmallIntegerField()
    reason = models.CharField(_("reason"), max_length=500)
    paused_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(db_default=Now())
    resumed_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    resumed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["paused_at", "pk"]
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry"], condition=Q(resumed_at__isnull=True), name="pause_one_open"
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=F("paused_at")),
                name="pause_in_order",
            ),
        ]


class Reminder(models.Model):
    """One reminder or escalation: one row, however often the worker looks or dies."""

    class Kind(models.TextChoices):
        REPLY_SOON = "reply_soon", _("First reply due soon")
        REPLY_LATE = "reply_late", _("First reply overdue")
        ANSWER_SOON = "answer_soon", _("Answer due soon")
        ANSWER_LATE = "answer_late", _("Answer overdue")

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="reminders")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["sent_at", "pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [models.UniqueConstraint(fields=["inquiry", "round", "kind"], name="reminder_once")]


class AnswerLink(models.Model):
    """A link in a mail with which one person may answer one round of an inquiry without a log-in.

    ``digest`` is the SHA-256 of its token, which is nowhere stored: the site's secret key signs ``name``.
    """

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="answer_links")
    person = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    name = models.UUIDField(unique=True, default=uuid4)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link to answer")
        verbose_name_plural = _("links to answer")


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Who is away, and when."""

    def away_today(self) -> list[Away]:
        """Who is away today by the database's clock, and who stands in; one query."""
        today: Any = TruncDate(Now(), tzinfo=SITE_ZONE)
        rows = self.filter(starts_on__lte=today, ends_on__gte=today).order_by("pk")
        return [Away(*pair) for pair in rows.values_list("person", "substitute")]


class Absence(models.Model):
    """When a person is away, and who stands in; new inquiries and reminders go to the substitute."""

    person = models.ForeignKey(Agent, models.CASCADE, related_name="absences")
    substitute = models.ForeignKey(Agent, models.PROTECT, related_name="+", verbose_name=_("substitute"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    set_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["Absence"]] = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_in_order"),
            models.CheckConstraint(condition=~Q(substitute=F("person")), name="absence_other_person"),
        ]


class CalendarDay(models.Model):
    """A day that works, or does not, other than the calendar we were shipped with says."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    set_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["day"]
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")


class CalendarYear(models.Model):
    """A year whose holidays an administrator has entered: its days are final, as far as they can be."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    set_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["year"]
        verbose_name = _("announced year")
        verbose_name_plural = _("announced years")


class InquiryFile(models.Model):
    """A file an agent or an expert put beside an inquiry; its name is masked, its bytes never change."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="files")
    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("file of an inquiry")
        verbose_name_plural = _("files of inquiries")
        constraints = [models.UniqueConstraint(fields=["inquiry", "sha256"], name="inquiry_file_once")]


class LinkTry(models.Model):
    """How often a link or an address was tried in one stretch of time, so that nobody tries on and on.

    ``what`` is a digest: neither the link nor who came can be read from it.
    """

    what = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    number = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("try of a link")
        verbose_name_plural = _("tries of links")
        constraints = [models.UniqueConstraint(fields=["what", "began_at"], name="link_try_once")]
        indexes = [models.Index(fields=["began_at"], name="link_try_age")]
