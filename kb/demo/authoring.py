"""The work of today: drafts, texts in review, what was sent back, an emergency, what expires, a notice.

Everything goes through the services, so that bells, audit rows and work lists know of it; only the times are
set back afterwards, for nobody did all of it in the same second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import Agent
from bulletins import paragraphs, proposing
from bulletins.models import Notice
from bulletins.services import noticing
from faq.models import Entry, Flag, FlagReason, Revision, Seat, SignOff, Verdict
from faq.services import asking, bulk, commenting, drafting, flagging, reviewing, withdrawing
from faq.services.bulk_planning import Act, Wish
from kb.demo.house import House
from kb.lib.months import SITE_ZONE

EMERGENCY = "demo-wm-016"
REASON_FOR_EMERGENCY = "加工费写的是去年的标准，已有两位客户投诉"
REVIEW_DUE = ["demo-pb-004", "demo-cc-005", "demo-eb-017", "demo-eb-065", "demo-cb-008"]
EXPIRING = ["demo-cc-039", "demo-eb-077", "demo-cb-032"]
NOTICE_TITLE = "关于元旦期间柜面与线上业务安排的通知"
NOTICE = f"""{NOTICE_TITLE}
各分行、客服中心：
元旦放假期间业务安排如下，请据此答复客户。
一、柜面营业安排
1. 元旦当天各网点不营业；
2. 次日起城区主要网点9:30至16:00营业；
3. 对公业务节后第一个工作日恢复。
二、跨行转账到账时间
单笔5万元以下实时到账；5万元以上节后第一个工作日入账。
三、信用卡还款日顺延
还款日在放假期间的，节后第一个工作日23:59前入账不算逾期。"""
# The paragraphs of each draft made of the notice; the last section is left to whoever tries it.
PASSAGES = [[4, 5, 6, 7], [8, 9]]
BATCH = UUID("64656d6f-0000-4000-8000-000000000001")


@dataclass(frozen=True)
class Change:
    """What somebody wrote into an entry: a key point more, and a sentence more in the answer."""

    key: str
    by: str
    days: float
    point: str
    sentence: str


DRAFTS = [
    Change("demo-cc-029", "business", 3, "要换里程的，报新的兑换比例", "自下月起航空里程改为25分换1里程。"),
    Change("demo-cc-040", "callcentre", 1.2, "客户提到家人重病的，先问是否需要关怀专席", ""),
    Change("demo-pb-028", "info", 0.3, "", "境外ATM取现按当日牌价折算，每天合计不超过等值1万元。"),
]
IN_REVIEW = [
    Change("demo-cc-017", "info", 2.1, "24期的，先告知利率已调整", "24期每期利息自本月起为0.56%。"),
    Change("demo-cc-033", "info", 1.4, "先问刷卡币种", "以欧元、日元入账的，本月起同样免收货币转换费。"),
    Change("demo-eb-072", "info", 4, "本市首套首付比例已下调，按分行口径答复", "本市首付比例自本月起调整。"),
    Change("demo-pb-024", "expert-personal", 0.8, "5万元以上须预约的，登记预约日期", ""),
    Change("demo-eb-031", "expert-ebank", 0.2, "", "老年客户可在网点申请免收短信服务费。"),
]
SENT_BACK = [
    Change("demo-cc-028", "info", 2.5, "首年免年费，不问次数", "首年免年费，次年刷满五次免收。"),
    Change("demo-cc-041", "callcentre", 1.7, "客户坚持的，可当场减免一次", ""),
]
# Whoever is asked by name, for which line's seat; none is the call centre's.
ASKED = [
    ("demo-cc-017", "callcentre", None),
    ("demo-cc-017", "business", "CREDITCARD"),
    ("demo-pb-024", "callcentre", None),
]
VERDICTS = {
    "demo-cc-028": ("answer", "次年是六次，不是五次，与章程不符", "年费减免次数写错了，改成六次再提交"),
    "demo-cc-041": ("key_points", "坐席没有减免权限，这句会让客户当真", "坐席不能当场减免，请改回复核流程"),
}
# Of the demo agent: entry, reason, note, days ago, what became of it.
FLAGS = [
    ("demo-eb-010", FlagReason.MISSING_STEP, "鸿蒙版手机银行没有这个入口", 1.5, ""),
    (
        "demo-cc-004",
        FlagReason.UNCLEAR,
        "有分期没还完的能不能销？",
        5,
        "不能，要先提前结清分期，已写进要点第三条。",
    ),
    ("demo-pb-006", FlagReason.OUTDATED, "现在App里也能改了，不用去网点", 2.2, "fix"),
]


def set_to_work(entries: Mapping[str, Entry], house: House, now: datetime) -> None:
    """Let everybody begin what waits on the work lists today; ``entries`` are published, by their names."""
    staff = [*house.accounts.values(), *house.line_experts.values(), *house.call_centre_experts]
    people = {person.username: person for person in staff}
    for change in DRAFTS:
        _write(entries[change.key], change, people, now)
    handed_in = IN_REVIEW + SENT_BACK
    reviews = {change.key: _write(entries[change.key], change, people, now) for change in handed_in}
    for key, username, code in ASKED:
        line = house.lines[code] if code else None
        asking.ask_reviewer(reviews[key], line=line, reviewer=people[username], by=people["info"])
    for change in handed_in:
        _submit(reviews[change.key], people[change.by], now - timedelta(days=change.days * 0.8))
    _approve_for_the_line(reviews["demo-eb-072"], people["expert-loan"])
    for key, (field, remark, reason) in VERDICTS.items():
        _send_back(reviews[key], people["business"], field, remark, reason)
    _flag(entries, people, now)
    _tend(entries, people["info"], now)
    _take_in_a_notice(house, people["info"], now)
    withdrawing.withdraw_at_once(entries[EMERGENCY], by=people["info"], reason=REASON_FOR_EMERGENCY)


def _write(entry: Entry, change: Change, people: Mapping[str, Agent], now: datetime) -> Revision:
    by = people[change.by]
    draft = drafting.new_draft(entry, by=by)
    text = drafting.Text.of(draft)
    points = [*text.key_points, change.point] if change.point else text.key_points
    answer, mark, internal = text.answer.partition("\n\n> ")
    answer = f"{answer}\n\n{change.sentence}" if change.sentence else answer
    text = replace(text, key_points=points, answer=f"{answer}{mark}{internal}")
    draft = drafting.save_draft(draft, text, by=by)
    at = now - timedelta(days=change.days)
    Revision.objects.filter(pk=draft.pk).update(created_at=at - timedelta(hours=1), changed_at=at)
    return draft


def _submit(draft: Revision, by: Agent, at: datetime) -> None:
    reviewing.submit(draft, by=by)
    Revision.objects.filter(pk=draft.pk).update(submitted_at=at)


def _approve_for_the_line(revision: Revision, expert: Agent) -> None:
    reviewing.sign_off(
        revision, seat=Seat.LINE, line=revision.line, reviewer=expert, verdict=Verdict.APPROVED
    )
    _sign_earlier(revision)


def _send_back(revision: Revision, expert: Agent, field: str, remark: str, reason: str) -> None:
    commenting.comment(revision, field=field, text=remark, by=expert)
    reviewing.sign_off(
        revision,
        seat=Seat.LINE,
        line=revision.line,
        reviewer=expert,
        verdict=Verdict.REJECTED,
        comment=reason,
    )
    _sign_earlier(revision)


def _sign_earlier(revision: Revision) -> None:
    """Some hours after it was handed in."""
    submitted = Revision.objects.values_list("submitted_at", flat=True).get(pk=revision.pk)
    at = submitted + timedelta(hours=5) if submitted else None
    SignOff.objects.filter(revision=revision).update(signed_at=at)
    revision.comments.update(written_at=at)


def _flag(entries: Mapping[str, Entry], people: Mapping[str, Agent], now: datetime) -> None:
    for key, reason, note, days, outcome in FLAGS:
        flag = flagging.raise_flag(entries[key], by=people["agent"], reason=reason, text=note)
        at = now - timedelta(days=days)
        Flag.objects.filter(pk=flag.pk).update(raised_at=at)
        if outcome == "fix":
            flagging.begin_fix(flag, by=people["info"])
        elif outcome:
            flagging.answer(flag, by=people["info"], text=outcome)
            Flag.objects.filter(pk=flag.pk).update(answered_at=at + timedelta(days=1))


def _tend(entries: Mapping[str, Entry], by: Agent, now: datetime) -> None:
    """Reviews that are due since some days, and validities that end soon: bulk acts, to be undone as such."""
    today = now.astimezone(SITE_ZONE)
    due = Wish(Act.REVIEW_DATE, (today - timedelta(days=4)).date())
    bulk.carry_out([entries[key].pk for key in REVIEW_DUE], due, by=by, reason="制度年度复审")
    until = (today + timedelta(days=16)).replace(hour=23, minute=59, second=59, microsecond=0)
    shorter = Wish(Act.SHORTER, until)
    bulk.carry_out([entries[key].pk for key in EXPIRING], shorter, by=by, reason="政策到期，不再延续")


def _take_in_a_notice(house: House, by: Agent, now: datetime) -> None:
    dated_on = (now.astimezone(SITE_ZONE) - timedelta(days=1)).date()
    notice: Notice = noticing.take_in(NOTICE, title=NOTICE_TITLE, by=by, dated_on=dated_on)
    whole = paragraphs.split(NOTICE)
    chosen = []
    for numbers in PASSAGES:
        passage = [each for each in whole if each.number in numbers]
        proposed = proposing.propose(passage, whole, dated_on.year)
        text = drafting.Text(
            proposed.question,
            house.lines["PERSONAL"],
            key_points=proposed.key_points,
            answer=proposed.answer,
        )
        chosen.append(noticing.Chosen(numbers, text))
    noticing.make_drafts(notice, chosen, batch=BATCH, by=by)
