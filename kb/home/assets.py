"""Where our own css and js are collected."""

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

OUR_IMPORTS = (r"""(?P<matched>from "(?P<url>\./[\w-]+\.js)";)""", 'from "%(url)s";')


class AssetStorage(ManifestStaticFilesStorage):
    """Every file by its content's name, the scripts that our scripts import included.

    Else a browser could put an old module under a new page for as long as it keeps the old one. Django's
    own switch for that stumbles over the comments of scripts that installed packages bring.
    """

    patterns: Any = (*ManifestStaticFilesStorage.patterns, ("js/*.js", (OUR_IMPORTS,)))
