"""The web processes' door."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
application = get_wsgi_application()

from kb import checks  # noqa: E402  settings must be ready
from search import following, matching  # noqa: E402

checks.refuse_what_cannot_be_relied_on()
following.watch()
matching.warm()
