#!/usr/bin/env python3
"""Django's command line, with Wenqu's settings."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    from django.core.management import execute_from_command_line

    from kb import database

    if database.is_needed(sys.argv[1:]):
        with database.at_hand():
            execute_from_command_line(sys.argv)
    else:
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
