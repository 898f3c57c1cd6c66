"""Log in, log out, and what a stranger meets."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a-good-password"


@pytest.fixture
def page() -> str:
    AgentFactory.create(username="li", password=PASSWORD)
    return reverse("accounts:log-in")


def test_who_logs_in_comes_where_they_wanted(client: Client, page: str) -> None:
    answer = client.post(f"{page}?next=/anywhere", {"username": "li", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/anywhere")
    assert "_auth_user_id" in client.session


def test_nobody_is_sent_to_another_house(client: Client, page: str) -> None:
    answer = client.post(f"{page}?next=https://elsewhere.example/", {"username": "li", "password": PASSWORD})
    assert answer.headers["Location"] == reverse("desk")


def test_a_wrong_password_says_so_and_no_more(client: Client, page: str) -> None:
    wrong = client.post(page, {"username": "li", "password": "wrong"})
    unknown = client.post(page, {"username": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
    assert "_auth_user_id" not in client.session


def test_log_out_ends_the_session_and_is_no_link(client: Client, page: str) -> None:
    client.post(page, {"username": "li", "password": PASSWORD})
    assert client.get(reverse("accounts:log-out")).status_code == 405
    assert client.post(reverse("accounts:log-out")).headers["Location"] == page
    assert "_auth_user_id" not in client.session


def test_a_stranger_is_sent_to_the_log_in_page(client: Client, page: str) -> None:
    answer = client.get(reverse("desk"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(page)


def test_who_is_logged_in_needs_no_log_in_page(client: Client, page: str) -> None:
    client.post(page, {"username": "li", "password": PASSWORD})
    assert client.get(page).headers["Location"] == reverse("desk")
