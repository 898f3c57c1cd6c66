"""A bank's knowledge and a year of its calls, made up for trying Wenqu: pure data and generators, no ORM.

`kb.demo.entries` reads the entries, `kb.demo.calls` generates the calls; `manage.py load_demo` loads both.
"""
