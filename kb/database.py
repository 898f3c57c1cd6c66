"""Have the database at hand while a command runs, whichever database it is.

`python -m kb.database COMMAND ...` does so for a program that is not one of manage.py's.
"""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.lib import env

# These read no row; `serve` looks at its port first and then sees to the database itself.
COMMANDS_WITHOUT = frozenset(
    {
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "serve",
        "version",
    }
)


@contextmanager
def at_hand() -> Iterator[Callable[[], bool]]:
    """The server named in DATABASE_URL is left alone; else our own runs while the block runs.

    Gives a function that says whether our own still lives.
    """
    if env.text("DATABASE_URL"):
        yield lambda: True
        return
    from kb import embedded

    try:
        with embedded.running(
            env.path("WENQU_VAR", Path(__file__).resolve().parent.parent / "var")
        ) as is_alive:
            yield is_alive
    except embedded.EmbeddedError as error:
        sys.exit(str(error))


def is_needed(arguments: list[str]) -> bool:
    """Whether this command line of manage.py touches the database."""
    wants_help = not arguments or not {"-h", "--help", "--version"}.isdisjoint(arguments)
    return not wants_help and arguments[0] not in COMMANDS_WITHOUT


def main(command: list[str]) -> int:
    with at_hand(), subprocess.Popen(command) as process:  # noqa: S603
        # Ctrl-C reaches the command as well; its own end is what ends us.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
