"""Log-in, and the language."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.i18n import set_language as choose

from accounts import demo
from accounts.models import Agent


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class LogIn(views.LoginView):
    """The log-in page; in demo mode it lists one account per role with its password."""

    template_name = "accounts/log_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(demo_accounts=demo.accounts(), demo_password=demo.PASSWORD, **kwargs)


def set_language(request: HttpRequest) -> HttpResponseBase:
    """Django's switch; who is logged in is written to in that language from then on."""
    response = choose(request)
    language = response.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    if language is not None and isinstance(request.user, Agent):
        request.user.language = language.value
        request.user.save(update_fields=["language"])
    return response
