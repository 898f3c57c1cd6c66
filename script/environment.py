"""Make `.venv` hold exactly what a lock file names, and compile the translations; quick when nothing changed.

Run by script/bootstrap with any Python from 3.11 on, so: standard library only.
"""

import fcntl
import filecmp
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / "unfinished"  # a package may lack files that pip believes to be there


def main(lock: str) -> None:
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "bootstrap.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # a server and a test may be started at the same moment
        if not is_installed(lock):
            make_venv()
            install(lock)
        compile_translations()


def installed(lock: str) -> Path:
    """A copy of the lock file, laid down after the last of its packages was installed."""
    return VENV / f"installed.{lock}"


def is_installed(lock: str) -> bool:
    mark = installed(lock)
    return mark.exists() and filecmp.cmp(ROOT / lock, mark, shallow=False) and works([PYTHON, "-c", ""])


def works(command: list[str | Path]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def make_venv() -> None:
    """Make the environment unless a working one is there; what an interrupted attempt left is not one."""
    if not UNFINISHED.exists() and works([PYTHON, "-m", "pip", "--version"]):
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        package = f"python3.{sys.version_info.minor}-venv"
        sys.exit(
            f"This Python has no venv module: install Debian's package {package} (apt-get install {package})."
        )
    say(f"Making .venv with Python {sys.version.split()[0]} ...")
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)  # noqa: S603


def install(lock: str) -> None:
    """Install with hashes checked; the marks of earlier installs go first, for they no longer hold."""
    for mark in VENV.glob("installed.*"):
        mark.unlink()
    UNFINISHED.touch()
    total = sum("==" in line for line in (ROOT / lock).read_text().splitlines())
    say(f"Installing {total} packages of {lock}; the first time this takes a minute or two.")
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
        "-r",
        ROOT / lock,
    ]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    began = time.monotonic()
    lines = []
    with subprocess.Popen(  # noqa: S603
        command, env=os.environ | quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    ) as pip:
        count = 0
        for line in pip.stdout or ():
            lines.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                count += 1
                progress(count, total, line)
            elif line.startswith("Installing collected packages"):
                say("All are here; unpacking ...")
    if pip.returncode:
        sys.exit(
            "".join(lines[-20:])
            + f"\nThe packages of {lock} could not be installed; the reason stands above."
        )
    for name in superseded_by(lock):
        shutil.copyfile(ROOT / name, installed(name))
    UNFINISHED.unlink()
    say(f"Installed in {time.monotonic() - began:.0f} s.")


def superseded_by(lock: str) -> list[str]:
    """The development lock holds everything of the server's, at the same versions."""
    return ["requirements.lock", lock] if lock == "requirements-dev.lock" else [lock]


def progress(count: int, total: int, line: str) -> None:
    name = line.split(": ")[-1].removeprefix("Collecting ").split()[0]
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{count}/{total} {name}" + ("\n" if count == total else ""))
        sys.stdout.flush()
    elif count % 20 == 0 or count == total:
        say(f"{count}/{total} {name}")


def compile_translations() -> None:
    """Turn every .po that is newer than its .mo into one; a half-written .mo is never left."""
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        say(f"Compiling {source.relative_to(ROOT)} ...")
        draft = target.with_suffix(".mo.new")
        command: list[str | Path] = [
            PYTHON,
            "-m",
            "babel.messages.frontend",
            "--quiet",
            "compile",
            "-i",
            source,
            "-o",
            draft,
        ]
        subprocess.run([*command, "-l", source.parts[-3]], check=True)  # noqa: S603
        if not draft.exists():
            sys.exit(f"{source} was not compiled: take the word fuzzy out of its header.")
        draft.replace(target)


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next start goes on from here.")
    except subprocess.CalledProcessError as error:
        sys.exit(f"This failed: {' '.join(str(word) for word in error.cmd)}")
