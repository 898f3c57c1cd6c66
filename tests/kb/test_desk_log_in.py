"""The pages before the desk: log-in, too many attempts, and what every page's frame does for a stranger."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts import demo
from accounts.models import BusinessLine
from kb.home.assets import AssetStorage
from tests.factories import AgentFactory


@pytest.fixture
def demo_people(db: None) -> None:
    BusinessLine.objects.get_or_create(code="CREDITCARD", defaults={"name": "信用卡中心"})
    demo.create()


def test_the_demo_accounts_and_their_password_are_shown_in_demo_mode_only(
    client: Client, demo_people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "WENQU_DEMO", True)
    page = client.get(reverse("accounts:log-in")).content.decode()
    assert demo.PASSWORD in page
    assert page.count('class="demo-account"') == len(demo.PEOPLE)
    monkeypatch.setattr(settings, "WENQU_DEMO", False)
    page = client.get(reverse("accounts:log-in")).content.decode()
    assert demo.PASSWORD not in page
    assert 'class="demo-account"' not in page


@pytest.mark.django_db
def test_after_ten_wrong_passwords_a_page_says_how_long_to_wait(client: Client) -> None:
    AgentFactory.create(username="somebody", password="the-right-one")
    wrong = {"username": "somebody", "password": "wrong"}
    answers = [client.post(reverse("accounts:log-in"), wrong) for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert reverse("accounts:log-in") in answers[-1].content.decode()
    right = {"username": "somebody", "password": "the-right-one"}
    assert client.post(reverse("accounts:log-in"), right).status_code == 429


@pytest.mark.django_db
def test_a_stranger_can_choose_the_language(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": reverse("accounts:log-in")})
    assert 'lang="en"' in client.get(reverse("accounts:log-in")).content.decode()


def test_the_scripts_import_one_another_by_content(tmp_path: Path) -> None:
    storage = AssetStorage(location=tmp_path, base_url="/static/")
    names = [path.name for path in (Path(settings.BASE_DIR) / "static" / "js").glob("*.js")]
    found = {}
    for name in names:
        path = finders.find(f"js/{name}")
        assert isinstance(path, str)
        storage.save(f"js/{name}", ContentFile(Path(path).read_bytes()))
        found[f"js/{name}"] = (storage, f"js/{name}")
    hashed = {after for _before, after, _done in storage.post_process(found) if after}
    desk = next(name for name in hashed if name.startswith("js/desk."))
    text = (tmp_path / desk).read_text()
    assert 'from "./matches.js"' not in text
    assert 'from "./matches.' in text
