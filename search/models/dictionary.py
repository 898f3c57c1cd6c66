"""The site's own dictionary: versions that were put in force, the changes that wait, and their trials."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from search.dictionary_lines import MOST_MEMBERS, LineKind


class DictionaryVersion(models.Model):
    """What the dictionary said from a moment on: the newest is in force, the others are its history.

    ``content`` maps each kind of line to its lines, whole; ``digest`` names that content, so that two
    versions that say the same need no new index between them. Never changed once written.
    """

    content = models.JSONField()
    digest = models.CharField(max_length=32)
    changes = models.JSONField(default=list)
    restored = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("version of the dictionary")
        verbose_name_plural = _("versions of the dictionary")
        constraints = [
            models.CheckConstraint(condition=~Q(digest=""), name="dictionary_version_has_digest"),
        ]


class DictionaryChange(models.Model):
    """A line that the next version of the dictionary will have, or will have no more."""

    kind = models.CharField(max_length=16, choices=LineKind)
    members = ArrayField(models.CharField(max_length=64))
    is_removal = models.BooleanField(default=False)
    made_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change of the dictionary")
        verbose_name_plural = _("changes of the dictionary")
        constraints = [
            models.UniqueConstraint(fields=["kind", "members"], name="dictionary_change_once"),
            models.CheckConstraint(
                condition=Q(kind__in=LineKind.values), name="dictionary_change_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[LineKind.WORD, LineKind.HIDDEN], members__len=1)
                | Q(kind=LineKind.ALIAS, members__len=2)
                | Q(kind=LineKind.SYNONYMS, members__len__gte=2, members__len__lte=MOST_MEMBERS),
                name="dictionary_change_members",
            ),
            models.CheckConstraint(
                condition=~Q(members__contains=[""]), name="dictionary_change_no_empty_word"
            ),
        ]


class Trial(models.Model):
    """The figures of one set of confirmed searches before and after a change that is not in force yet.

    ``before_ref`` and ``after_ref`` name the two states compared, by digest for the dictionary;
    ``payload`` is what the worker needs to make them. ``progress`` is in percent. Nobody asked for those of
    the nightly job.
    """

    class Kind(models.TextChoices):
        DICTIONARY = "dictionary", _("Dictionary")
        WEIGHTS = "weights", _("Weights")
        RANKER = "ranker", _("Ranking model")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=16, choices=Kind)
    before_ref = models.CharField(max_length=64)
    after_ref = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    error = models.TextField(blank=True)
    asked_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        indexes = [models.Index(fields=["kind", "-id"], name="trial_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="trial_progress_in_percent"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(before__isnull=False, after__isnull=False),
                name="trial_done_has_figures",
            ),
            models.CheckConstraint(condition=~Q(before_ref=F("after_ref")), name="trial_of_a_change"),
        ]
