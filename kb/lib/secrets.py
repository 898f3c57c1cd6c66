"""The secret key: given by the operator, or made once for the embedded mode."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_key(given: str, var: Path, *, is_embedded: bool) -> str:
    """The key to sign sessions with.

    Without ``WENQU_SECRET_KEY`` the embedded mode makes one and keeps it in ``var/secret_key``, readable by
    its owner alone. Raises ImproperlyConfigured when a real server is named and no key is given.
    """
    if given:
        return given
    if not is_embedded:
        raise ImproperlyConfigured(
            "WENQU_SECRET_KEY is not set. With DATABASE_URL it must be a long random text, "
            "the same on every node."
        )
    path = var / "secret_key"
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii")


def _make(path: Path) -> None:
    """Write a new key so that of two processes at the same moment one wins and both read its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"secret_key.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
