"""Bulletins: what agents are told before callers ask, and who has read it."""

from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Agent, BusinessLine
from bulletins.models.notice import Notice
from faq.models import Entry


def _in_force(at: datetime | None) -> Q:
    moment: Any = at or Now()
    return (
        Q(published_at__isnull=False, withdrawn_at__isnull=True)
        & (Q(starts_at__isnull=True) | Q(starts_at__lte=moment))
        & (Q(ends_at__isnull=True) | Q(ends_at__gt=moment))
    )


def audience_of(roles: Collection[str], line_ids: Collection[int]) -> models.QuerySet[Agent]:
    """The people with one of these roles and of one of these lines, each empty for all."""
    people = Agent.objects.filter(is_active=True)
    if roles:
        held = Agent.groups.through.objects.filter(agent=OuterRef("pk"), group__name__in=roles)
        people = people.filter(Exists(held))
    if line_ids:
        belonged = Agent.lines.through.objects.filter(agent=OuterRef("pk"), businessline__in=line_ids)
        people = people.filter(Exists(belonged))
    return people


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    """Which bulletins; every page, number, message and answer goes through these verbs."""

    def published(self) -> Self:
        """Those that came out at some time, whatever became of them."""
        return self.filter(published_at__isnull=False)

    def in_force(self, at: datetime | None = None) -> Self:
        """Published, begun, not over, not withdrawn at that moment; without one, by the database's clock."""
        return self.filter(_in_force(at))

    def over(self, at: datetime | None = None) -> Self:
        """Published and past: withdrawn or expired."""
        moment: Any = at or Now()
        return self.published().filter(Q(withdrawn_at__isnull=False) | Q(ends_at__lte=moment))

    def for_audience(self, person: Agent) -> Self:
        """Those meant for this person, by role and line."""
        if not person.is_active:
            return self.none()
        through = Bulletin.lines.through.objects.filter(bulletin=OuterRef("pk"))
        of_line = ~Exists(through) | Exists(through.filter(businessline__in=person.line_ids))
        return self.filter(Q(roles=[]) | Q(roles__overlap=sorted(person.roles)), of_line)

    def unrestricted_for(self, person: Agent) -> Self:
        """Leave out restricted bulletins of lines this person does not belong to."""
        theirs = Bulletin.lines.through.objects.filter(
            bulletin=OuterRef("pk"), businessline__in=person.line_ids
        )
        return self.filter(Q(is_restricted=False) | Exists(theirs))

    def told_to(self, person: Agent, at: datetime | None = None) -> Self:
        """What is in force and meant for this person."""
        return self.in_force(at).for_audience(person).unrestricted_for(person)

    def visible_to(self, person: Agent, at: datetime | None = None) -> Self:
        """What this person may read: what is in force and meant for them.

        Who writes bulletins reads all of them, drafts too; who checks reads whatever has come out. Restricted
        ones are for people of their lines, everywhere.
        """
        if not person.is_active:
            return self.none()
        if permissions.may_write_bulletins(person):
            return self.unrestricted_for(person)
        if permissions.may_see_out_of_force(person):
            moment: Any = at or Now()
            begun = Q(starts_at__isnull=True) | Q(starts_at__lte=moment)
            return self.published().filter(begun).unrestricted_for(person)
        return self.told_to(person, at)

    def unread_by(self, person: Agent, at: datetime | None = None) -> Self:
        """What this person is told now and has not said they have read in its present version."""
        receipts = Receipt.objects.filter(bulletin=OuterRef("pk"), person=person, version=OuterRef("version"))
        return self.told_to(person, at).filter(~Exists(receipts))


class Bulletin(models.Model):
    """What agents are told: for whom, from when until when, and whether they have to say they have read it.

    A draft has no ``published_at``. ``roles`` and ``lines`` are its audience, each empty for all; a
    restricted one is closed to people of other lines, everywhere. Must-read ones may ask a ``quiz``, whose
    answers are ``choices`` and the right one ``right_choice`` (counted from 0). ``version`` rises with each
    major change, and only receipts of the present version count. ``announced_at`` is when its audience was
    told that it has begun.
    """

    class Urgency(models.TextChoices):
        INFO = "info", _("Info")
        IMPORTANT = "important", _("Important")
        URGENT = "urgent", _("Urgent")

    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    urgency = models.CharField(_("urgency"), max_length=16, choices=Urgency, default=Urgency.INFO)
    roles = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name=_("roles"))
    lines = models.ManyToManyField(
        BusinessLine, blank=True, related_name="+", verbose_name=_("business lines")
    )
    is_restricted = models.BooleanField(_("restricted"), default=False)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    entries = models.ManyToManyField(
        Entry, blank=True, related_name="bulletins", verbose_name=_("linked entries")
    )
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="bulletins")
    is_must_read = models.BooleanField(_("must be read"), default=False)
    quiz = models.CharField(_("question"), max_length=300, blank=True)
    choices = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, verbose_name=_("answers")
    )
    right_choice = models.PositiveSmallIntegerField(_("right answer"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    announced_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager["Bulletin"]] = BulletinQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(published_at__isnull=False), name="bulletin_out")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="bulletin_times_in_order",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="bulletin_has_title"),
            models.CheckConstraint(
                condition=Q(quiz="", right_choice__isnull=True)
                | Q(is_must_read=True, right_choice__isnull=False) & ~Q(quiz=""),
                name="bulletin_quiz_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def line_ids(self) -> frozenset[int]:
        """The lines of its audience; none for all."""
        return frozenset(self.lines.values_list("pk", flat=True))

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    def is_in_force(self, at: datetime) -> bool:
        """The same as ``BulletinQuerySet.in_force``, for one row."""
        return (
            self.published_at is not None
            and self.withdrawn_at is None
            and (self.starts_at is None or self.starts_at <= at)
            and (self.ends_at is None or self.ends_at > at)
        )

    @property
    def audience(self) -> models.QuerySet[Agent]:
        """Whom it is for; the same as ``is_for`` of each of them."""
        return audience_of(self.roles, self.line_ids)

    @property
    def not_read_by(self) -> models.QuerySet[Agent]:
        """Who of its audience has not said they have read its present version."""
        read = Receipt.objects.filter(bulletin=self, version=self.version, person=OuterRef("pk"))
        return self.audience.filter(~Exists(read))

    @property
    def is_loud(self) -> bool:
        """Whether its audience is also told under the bell."""
        return self.is_must_read or self.urgency != Bulletin.Urgency.INFO

    def is_for(self, person: Agent) -> bool:
        """The same as ``BulletinQuerySet.for_audience``, for one row and one person."""
        return (
            person.is_active
            and (not self.roles or not person.roles.isdisjoint(self.roles))
            and (not self.line_ids or not self.line_ids.isdisjoint(person.line_ids))
        )


class Receipt(models.Model):
    """That a person has read one version of a bulletin."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="receipts")
    person = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "person", "version"], name="receipt_once_per_version")
        ]
