"""How long the lists take with 50,000 entries, and with how many queries.

The rows are written by SQL: entries in every state with two texts each, signed; drafts, texts in review and
sent back, flags. Each page is asked for over HTTP, logged in, 2 workers, 1 connection, after a warm-up;
judged is the p95 of each, and how many queries the page with most of them takes, counted in this process.
That their number does not grow with the rows is what each page's tests show.
"""

import argparse
import http.client
import time
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import printing, site  # noqa: E402

ENTRIES = 50_000
WARM_UP = 3
REQUESTS = 40
GOAL_MS = 300
MOST_QUERIES = 16
LIST = "/knowledge/entries/"

# name, who asks, address
PAGES = [
    ("entries", "keeper", LIST),
    ("entries, supervisor", "chief", LIST),
    ("entries, business expert", "expert", LIST),
    ("entries of a line", "keeper", f"{LIST}?line=LOAN"),
    ("entries of a category", "keeper", f"{LIST}?category=1"),
    ("entries by kind and state", "keeper", f"{LIST}?kind=rule&state=in_force"),
    ("entries expired", "keeper", f"{LIST}?state=expired&sort=until"),
    ("entries expiring", "keeper", f"{LIST}?expiring=30&sort=until"),
    ("entries due for review", "keeper", f"{LIST}?review_due=1&sort=review"),
    ("entries flagged", "keeper", f"{LIST}?flagged=1"),
    ("entries by words", "keeper", f"{LIST}?q=%E6%8C%82%E5%A4%B1"),
    ("entries by words, few", "keeper", f"{LIST}?q=49999"),
    ("entries, a late page", "keeper", LIST),
    ("work, information administrator", "keeper", "/knowledge/work/"),
    ("work, call centre", "centre", "/knowledge/work/"),
    ("work, business expert", "expert", "/knowledge/work/"),
    ("work, supervisor", "chief", "/knowledge/work/"),
    ("flags", "keeper", "/knowledge/flags/"),
    ("flags, answered", "keeper", "/knowledge/flags/?state=answered"),
    ("my flags", "agent", "/knowledge/flags/mine/"),
    ("bulk acts", "keeper", "/knowledge/bulk/"),
    ("history", "keeper", "/knowledge/entries/1/history/"),
]
LATE = "entries, a late page"

_FILL = """
INSERT INTO faq_category (name, path, ancestor_ids, position)
SELECT 'c' || n, 'c' || n, '{}', n FROM generate_series(1, 100) AS n;

INSERT INTO faq_entry (external_id, state, kind, line_id, concerned_line_ids, category_id, position,
                       is_restricted, keywords, valid_from, valid_until, review_due_on, is_unsigned,
                       created_by_id, created_at, changed_at, withdrawn_at)
SELECT 'page-' || n,
       'draft',
       (ARRAY['faq', 'product', 'rule', 'policy', 'campaign'])[1 + n %% 5],
       lines.id,
       ARRAY[lines.id],
       (SELECT min(id) FROM faq_category) + n %% 100,
       n,
       n %% 50 = 0,
       '{}',
       CASE WHEN n %% 20 = 7 THEN now() + interval '5 days' END,
       CASE WHEN n %% 20 = 3 THEN now() - interval '2 days'
            WHEN n %% 20 = 11 THEN now() + (n %% 365) * interval '1 day' + interval '1 hour' END,
       CASE WHEN n %% 4 = 0 THEN current_date + (n %% 300) - 20 END,
       n %% 500 = 0,
       (SELECT id FROM accounts_agent WHERE username = 'writer'),
       now() - n * interval '7 minutes',
       now() - n * interval '5 minutes',
       NULL
  FROM generate_series(1, %(entries)s) AS n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM accounts_businessline) AS lines
    ON lines.place = n %% 6
 ORDER BY n;

INSERT INTO faq_revision (entry_id, number, state, purpose, reason, significance, kind, line_id, question,
                          key_points, answer, script, variants, valid_from, valid_until, created_by_id,
                          created_at, changed_at, submitted_at, published_at, superseded_at)
SELECT entry.id, number,
       CASE WHEN entry.position %% 25 = 0 AND number = 2
            THEN (ARRAY['draft', 'in_review', 'rejected', 'in_review'])[1 + entry.position / 25 %% 4]
            WHEN number = 1 AND entry.position %% 25 <> 0 THEN 'superseded'
            ELSE 'published' END,
       'text', '', 'medium', entry.kind, entry.line_id,
       (ARRAY['信用卡', '储蓄卡', '对公账户', '手机银行', '住房贷款', '理财产品'])[1 + entry.position %% 6]
         || (ARRAY['怎么挂失', '年费多少', '怎么解约', '限额多少', '怎么还款', '利率多少', '怎么改密码'])
            [1 + entry.position %% 7] || entry.position,
       ARRAY['核对身份', '告知要点', '确认结果'],
       repeat('请客户携带有效证件到网点办理，费用以公告为准。', 30) || entry.position,
       '您好，' || entry.position, '[]', entry.valid_from, entry.valid_until, entry.created_by_id,
       entry.created_at, entry.changed_at,
       CASE WHEN entry.position %% 25 = 0 AND number = 2 THEN entry.changed_at END,
       CASE WHEN NOT (entry.position %% 25 = 0 AND number = 2) THEN entry.changed_at END,
       CASE WHEN number = 1 AND entry.position %% 25 <> 0 THEN entry.changed_at END
  FROM faq_entry AS entry, generate_series(1, 2) AS number;

UPDATE faq_entry
   SET live_revision_id = revision.id,
       state = CASE WHEN faq_entry.position %% 30 = 4 THEN 'withdrawn' ELSE 'published' END,
       withdrawn_at = CASE WHEN faq_entry.position %% 30 = 4 THEN now() END,
       published_at = faq_entry.changed_at
  FROM faq_revision AS revision
 WHERE revision.entry_id = faq_entry.id AND revision.state = 'published';

INSERT INTO faq_revision_authors (revision_id, agent_id)
SELECT revision.id, revision.created_by_id FROM faq_revision AS revision;

INSERT INTO faq_signoff (revision_id, seat, reviewer_id, verdict, comment, signed_at)
SELECT revision.id, 'call_centre', (SELECT id FROM accounts_agent WHERE username = 'centre'),
       CASE WHEN revision.state = 'rejected' THEN 'rejected' ELSE 'approved' END, '写清楚', now()
  FROM faq_revision AS revision WHERE revision.state IN ('published', 'rejected');

INSERT INTO faq_flag (entry_id, reason, text, raised_by_id, raised_at, answer, answered_at)
SELECT entry.id, 'outdated', '好像变了', (SELECT id FROM accounts_agent WHERE username = 'agent'),
       now() - entry.position * interval '1 minute',
       CASE WHEN entry.position %% 80 = 0 THEN '' ELSE '已核对' END,
       CASE WHEN entry.position %% 80 <> 0 THEN now() END
  FROM faq_entry AS entry WHERE entry.position %% 8 = 0;
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=ENTRIES)
    given = arguments.parse_args()
    call_command("collectstatic", interactive=False, verbosity=0)
    fill(given.entries)
    asked = pages()
    counted = {name: queries(who, address) for name, who, address in asked}
    cookies = {who: site.session_of(site.person(who, role)) for who, role in ROLES.items()}
    with site.served() as port:
        times = {name: measure(port, cookies[who], address) for name, who, address in asked}
    results = {name: {**printing.summary(times[name]), "queries": counted[name]} for name in times}
    goals = [printing.at_most(f"{name}, p95 ms", results[name]["p95"], GOAL_MS) for name in results]
    goals.append(printing.at_most("queries of a page", max(counted.values()), MOST_QUERIES))
    printing.print_result("pages", {"entries": given.entries, "pages": results}, goals)


ROLES = {
    "keeper": "information_administrator",
    "centre": "call_centre_expert",
    "expert": "business_expert",
    "chief": "supervisor",
    "agent": "agent",
    "writer": "information_administrator",
}


def fill(entries: int) -> None:
    """A fresh database with so many entries, and the people who ask."""
    from accounts.models import BusinessLine

    site.fresh_database()
    site.say(f"Writing {entries} entries ...")
    lines = [BusinessLine.objects.create(code=code, name=code) for code in site.LINES]
    for who, role in ROLES.items():
        site.person(who, role)
    site.person("expert", ROLES["expert"]).lines.set(lines[:2])
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"entries": entries})
        cursor.execute("VACUUM ANALYZE")


def pages() -> list[tuple[str, str, str]]:
    """What is asked for; the late page by the mark that stands behind the middle of the list."""
    from accounts.models import Agent
    from faq import listing
    from faq.filtering import EntryFilters

    keeper = Agent.objects.get(username="keeper")
    found = EntryFilters().entries(keeper).order_by("-changed_at", "-pk")
    row = found[found.count() // 2]
    mark = listing.mark_of("changed", row.changed_at, row.pk)
    return [(name, who, f"{LIST}?after={mark}" if name == LATE else address) for name, who, address in PAGES]


def queries(who: str, address: str) -> int:
    client = Client()
    client.force_login(site.person(who, ROLES[who]), "accounts.backends.AccountBackend")
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, HTTP_HOST="127.0.0.1")
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code} to {who}.")
    return len(captured)


def measure(port: int, cookie: str, address: str) -> list[float]:
    """Milliseconds of each request after the warm-up."""
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for number in range(WARM_UP + REQUESTS):
        began = time.perf_counter()
        talk.request("GET", address, headers={"Cookie": cookie})
        answer: Any = talk.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}.")
        if number >= WARM_UP:
            times.append((time.perf_counter() - began) * 1000)
    return times


if __name__ == "__main__":
    main()
