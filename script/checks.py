"""Every check, then every test; stops at the first that fails and names it. Run by script/test."""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "test"
PYTHON = sys.executable
BIN = Path(PYTHON).parent
OURS = ("kb", "accounts", "courier", "faq", "hits", "bulletins", "inquiries", "search", "reports")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A test waits for browsers and servers half of its time; each process has a PostgreSQL of its own. All keep
# pytest-django's order: what empties the tables comes after what only rolls back.
SHARED_OUT = ("-n", "auto", "--maxprocesses", "4", "--dist", "load")
MAC_BROWSER = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def main(pytest_arguments: Sequence[str]) -> None:
    """Become pytest when every check has passed, so that its closing line and its status are ours."""
    browser = find_browser()
    see_to_chinese_letters()
    environment = make_environment(browser)
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "turn.lock").open("w") as turn:
        wait_for_turn(turn.fileno())
        for name, command, more in checks():
            check(name, command, environment | more)
        say("pytest")
        os.chdir(ROOT)
        os.set_inheritable(turn.fileno(), True)  # the turn ends when pytest does
        os.execve(PYTHON, [PYTHON, "-m", "pytest", *SHARED_OUT, *pytest_arguments], environment)  # noqa: S606


def make_environment(browser: str) -> dict[str, str]:
    """The caller's environment without the caller's choices for a server, which tests must not depend on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENQU_", "DJANGO_"))}
    for name in ("PORT", "DATABASE_REPLICA_URL", "PYTHONPATH"):
        kept.pop(name, None)
    ours = {
        "WENQU_VAR": str(VAR),
        "WENQU_SECRET_KEY": secrets.token_urlsafe(50),
        "WENQU_DEMO": "1",
        "WENQU_CHROMIUM": browser,
        "NUMBA_CACHE_DIR": str(VAR / "compiled"),  # one for all, also for processes with a place of their own
    }
    return kept | ours


def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    manage = [PYTHON, "manage.py"]
    production = {"WENQU_DEMO": "0", "WENQU_ALLOWED_HOSTS": "kb.example.com", "PYTHONWARNINGS": "default"}
    lint_imports = (
        "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    )
    found: list[tuple[str, list[str], dict[str, str]]] = [
        ("ruff check", [PYTHON, "-m", "ruff", "check", "."], {}),
        ("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "."], {}),
        ("mypy", [PYTHON, "-m", "mypy", "."], {}),
        ("import-linter", [PYTHON, "-c", lint_imports], {}),
        ("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"], {}),
        (
            "check --deploy",
            [*manage, "check", "--deploy", "--fail-level", "WARNING", "--database", "default"],
            production,
        ),
    ]
    templates = [str(path.relative_to(ROOT)) for path in find_templates()]
    if templates:
        found[4:4] = [
            ("djade", [str(BIN / "djade"), "--check", *templates], {}),
            ("djlint", [PYTHON, "-m", "djlint", "--lint", "--quiet", *templates], {}),
        ]
    return found


def find_templates() -> list[Path]:
    return sorted(path for place in ("templates", *OURS) for path in (ROOT / place).rglob("*.html"))


def check(name: str, command: list[str], environment: dict[str, str]) -> None:
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nscript/test stopped at {name}: it failed with status {done.returncode}.")
    say(f"{name}  {time.monotonic() - began:.1f} s")


def wait_for_turn(turn: int) -> None:
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another script/test runs in this checkout; waiting for it to end ...")
        fcntl.flock(turn, fcntl.LOCK_EX)


def find_browser() -> str:
    """The browser for the journeys; without one the tests do not run, for none may be left out unseen."""
    browser = named_browser()
    if browser is None and may_install():
        install("chromium")
        browser = named_browser()
    if browser is None:
        sys.exit(
            "The tests need Chromium: install it (Debian: apt-get install chromium), or name it in CHROMIUM."
        )
    return browser


def named_browser() -> str | None:
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else [*BROWSERS, str(MAC_BROWSER)]
    return next((found for name in names if (found := shutil.which(name))), None)


def see_to_chinese_letters() -> None:
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return
    command = [fc_list, ":lang=zh", "family"]
    if subprocess.run(command, capture_output=True, check=False).stdout.strip():  # noqa: S603
        return
    if not may_install() or not install("fonts-noto-cjk"):
        say("No font has Chinese letters, pictures will show boxes (Debian: apt-get install fonts-noto-cjk).")


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str) -> bool:
    say(f"Installing Debian's package {package} ...")
    get = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ([], ["update"]):
        if command:
            subprocess.call([*get, *command], env=environment)  # noqa: S603
        if subprocess.call([*get, "install", "-y", "--no-install-recommends", package], env=environment) == 0:  # noqa: S603
            return True
    return False


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
