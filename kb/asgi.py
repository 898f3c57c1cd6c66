"""The push process's door; pages and the API are served by ``kb.wsgi``."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
django.setup()

from kb.live.door import Door  # noqa: E402  settings must be ready

application = Door()
