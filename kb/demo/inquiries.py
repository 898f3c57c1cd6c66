"""Questions nobody had answered: some wait, one is late, one has become an entry.

Everything goes through the services, so that bells and audit rows know of it; only the times are set back
afterwards, and both deadlines are reckoned from them anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import Agent
from faq.models import Revision
from faq.services import publishing
from inquiries import working_calendar
from inquiries.deadlines import deadlines
from inquiries.models import Inquiry
from inquiries.services import answering, assigning, forwarding, making_entries, pausing
from kb.demo.house import House

KEYS = 0x64656D6F_00000000_00000000_00000000
DOMAIN = "bank.example"  # reserved by RFC 2606: nobody has it


@dataclass(frozen=True)
class Asked:
    """One question: where to, how many hours ago, in how many more calls, and what came of it.

    ``said`` are kind, text and hours ago.
    """

    question: str
    context: str
    line: str
    hours: float
    joined: Sequence[str] = ()
    said: Sequence[tuple[str, str, float]] = ()
    end: str = ""


ASKED = [
    Asked("数字人民币钱包余额能不能直接还信用卡", "客户用的是二类钱包，App里没有这个选项", "CREDITCARD", 2.5,
          ["数字人民币还信用卡", "e-CNY能还款吗"]),
    Asked("境外网站订阅扣款，卡已经注销了还在扣", "客户称上月已销卡，本月仍有订阅扣款入账", "CREDITCARD", 31,
          ["销卡后还扣订阅费"]),
    Asked("附属卡持卡人满十八岁后额度怎么单独调整", "主卡人想把附属卡额度调到五千", "CREDITCARD", 20,
          said=[("reply", "正在向卡部核实新规，今天下班前再答复", 15)], end="assigned"),
    Asked("高速ETC解绑后押金退回哪张卡", "设备已注销，押金两百元一直没有退", "CREDITCARD", 52,
          ["ETC押金怎么退", "ETC押金多久退", "速通卡押金退款"],
          said=[("reply", "押金原路退回，原卡已销的退到同名账户", 44),
                ("answer", "注销后七个工作日内原路退回；原卡已销的，持证件到网点登记同名账户。", 26)]),
    Asked("外籍客户的永居证到期，账户怎么更新证件", "新证号码变了，App提示证件不符", "PERSONAL", 5,
          said=[("question", "新证是五星卡还是旧版？客户在哪个城市？", 3)]),
    Asked("父母代未成年人开的定期，孩子十八岁后怎么支取", "存单在父亲手里，孩子在外地上学", "PERSONAL", 44,
          said=[("reply", "一般可以代办，材料清单正在确认", 30)], end="paused"),
    Asked("手机银行鸿蒙版刷脸一直失败怎么处理", "换了新机型，重装过仍失败", "EBANK", 75,
          ["鸿蒙刷脸不过", "鸿蒙版人脸识别失败"],
          said=[("answer", "升级到最新版本；仍失败的，改用短信加交易密码验证，并登记机型。", 50)],
          end="entry"),
    Asked("企业网银U盾换了经办人要不要重新备案", "老经办人已离职，盾还在", "CORPORATE", 9, end="assigned"),
    Asked("公积金组合贷提前还款能不能只还商贷部分", "客户想先还利率高的部分", "LOAN", 140,
          said=[("answer", "可以，须提前十个工作日在经办行申请，当月已扣款的次月办理。", 60)], end="closed"),
    Asked("理财产品赎回期内能不能质押贷款", "封闭期还有两个月，急用资金", "WEALTH", 16, end="provisional"),
]  # fmt: skip


def ask(house: House, now: datetime) -> None:
    """Forward them, and let the lines do what they have done so far."""
    for person in house.line_experts.values():
        person.email = f"{person.username}@{DOMAIN}"
        person.save(update_fields=["email"])
    agents = [house.accounts["agent"], *house.agents.values()]
    for number, asked in enumerate(ASKED):
        _live(number, asked, house, agents, now)


def _live(number: int, asked: Asked, house: House, agents: Sequence[Agent], now: datetime) -> None:
    keys = iter([UUID(int=KEYS + number * 100 + place) for place in range(100)])
    first, *others = [agents[(number * 7 + place) % len(agents)] for place in range(10)]
    if number % 3 == 0:
        first = house.accounts["agent"]  # who tries the demo has asked some of them
    expert = house.line_experts[asked.line]
    inquiry = forwarding.forward(
        question=asked.question,
        context=asked.context,
        line=house.lines[asked.line],
        by=first,
        call_id=next(keys),
        key=next(keys),
        words=asked.question,
    )
    for words, person in zip(asked.joined, others, strict=False):
        forwarding.join(inquiry, by=person, call_id=next(keys), words=words)
    if asked.end == "assigned":
        assigning.assign(inquiry, to=expert, by=house.accounts["info"])
    says = {"reply": answering.reply, "answer": answering.answer, "question": answering.ask_back}
    for kind, text, _hours in asked.said:
        says[kind](inquiry, text=text, by=expert, key=next(keys))
    _end(asked.end, inquiry, expert, next(keys), house)
    _set_back(inquiry, asked, now)


def _end(end: str, inquiry: Inquiry, expert: Agent, key: UUID, house: House) -> None:
    if end == "paused":
        pausing.pause(inquiry, reason="等总行法律部回复代办材料", by=expert)
    elif end == "closed":
        answering.close(inquiry, by=house.accounts["info"], key=key)
    elif end == "entry":
        draft: Revision = making_entries.make_draft(inquiry, by=expert)
        publishing.publish(draft, by=house.accounts["callcentre"])


def _set_back(inquiry: Inquiry, asked: Asked, now: datetime) -> None:
    began_at = now - timedelta(hours=asked.hours)
    due = deadlines(began_at, working_calendar.current())
    said_at = {kind: now - timedelta(hours=hours) for kind, _text, hours in reversed(asked.said)}
    times = {
        "replied_at": min([at for kind, at in said_at.items() if kind != "question"], default=None),
        "answered_at": said_at.get("answer"),
    }
    values = {**vars(due), "is_provisional": asked.end == "provisional" or due.is_provisional}
    inquiry.rounds.update(began_at=began_at, **values, **times)
    Inquiry.objects.filter(pk=inquiry.pk).update(forwarded_at=began_at)
    for place, asker in enumerate(inquiry.askers.all()):
        type(asker).objects.filter(pk=asker.pk).update(asked_at=began_at + timedelta(hours=place * 0.5))
    for message, (_kind, _text, hours) in zip(inquiry.messages.all(), asked.said, strict=False):
        type(message).objects.filter(pk=message.pk).update(said_at=now - timedelta(hours=hours))
