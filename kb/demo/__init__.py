"""A bank's knowledge and a year of its calls, made up for trying Wenqu.

`entries` reads the entries and `calls` generates the calls, both pure; `loading` writes them for
`manage.py load_demo`, with `house` for the people and `history` for what happened to the entries.
"""
