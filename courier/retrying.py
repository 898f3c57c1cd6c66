"""A mail that was given up is tried once more."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from courier.models import Mail
from courier.tasks import hand_over
from kb.lib.errors import RuleBrokenError


@transaction.atomic
def try_again(mail: Mail, *, by: Agent) -> Mail:
    """Let the worker try to hand it over anew, under the same Message-ID.

    Locks the mail, so that of two who ask at once one is told. Raises RuleBrokenError when it is not
    given up.
    """
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    if mail.state != Mail.State.FAILED:
        raise RuleBrokenError(_("This mail is on its way again, or was sent meanwhile."))
    mail.state, mail.tries = Mail.State.WAITING, 0
    mail.save(update_fields=["state", "tries"])
    audit.record(by, "mail.tried_again", mail, error=mail.error)
    hand_over.defer(mail_id=mail.pk)
    return mail
