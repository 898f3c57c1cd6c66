"""The push process's door; pages and the API are served by ``kb.wsgi``."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
# This process does no job, and what jobs need would take it seconds to load: desks wait for it meanwhile.
settings.PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
django.setup()

from kb.live.door import Door  # noqa: E402  settings must be ready

application = Door()
