"""What the nightly job learned: weights of the ranker and the classifier, and how well they did."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from search.models.dictionary import Trial


class RankerVersion(models.Model):
    """One training: never changed once written, the newest that is better is in force.

    ``weights`` is empty where there were too few questions to learn from: then the weights every site begins
    with go with the site's own ``classifier``. ``trial`` holds the figures without it and with it.
    """

    weights = models.JSONField(null=True)
    classifier = models.BinaryField(null=True)
    lessons = models.PositiveIntegerField()
    is_better = models.BooleanField()
    trial = models.OneToOneField(Trial, models.PROTECT, related_name="ranker")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("version of the ranker")
        verbose_name_plural = _("versions of the ranker")
        constraints = [
            models.CheckConstraint(
                condition=Q(weights__isnull=False) | Q(classifier__isnull=False),
                name="ranker_version_learned_something",
            ),
        ]
