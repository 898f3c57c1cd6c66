"""Log-in."""

from typing import Any

from django.contrib.auth import views
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from accounts import demo


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class LogIn(views.LoginView):
    """The log-in page; in demo mode it lists one account per role with its password."""

    template_name = "accounts/log_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(demo_accounts=demo.accounts(), demo_password=demo.PASSWORD, **kwargs)
