"""Each of pytest's processes has a directory, and with it a PostgreSQL server and a port, of its own.

Named by `-p` in pyproject.toml, because Django's settings are read before any conftest.py is.
"""

import os
from pathlib import Path

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    root = Path(__file__).resolve().parent.parent
    os.environ["WENQU_VAR"] = str(Path(os.environ.get("WENQU_VAR", root / "var")) / worker)
