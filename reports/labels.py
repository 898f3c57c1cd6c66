"""How the report's words read in the user's language."""

from django.utils.translation import gettext_lazy as _

from reports.buckets import Bucket

BUCKET_NAMES = {
    Bucket.VERY_HIGH: _("very high"),
    Bucket.HIGH: _("high"),
    Bucket.LOW: _("low"),
    Bucket.VERY_LOW: _("very low"),
}


def bucket_name(bucket: Bucket) -> str:
    return str(BUCKET_NAMES[bucket])
