"""A bank of a dozen entries, enough to search in and to read."""

from accounts.models import Agent, BusinessLine
from faq.models import Kind, SimilarQuestion
from faq.services import drafting, publishing

LOST = "信用卡丢了怎么挂失"
NEW_CARD = "挂失后怎么补办新卡"
ABROAD = "人在境外怎么挂失"
DEBIT = "储蓄卡怎么挂失"
FEE = "信用卡年费怎么免"

# question, line, kind, key points, script, answer, similar questions
Row = tuple[str, str, str, list[str], str, str, list[str]]
ENTRIES: list[Row] = [
    (
        LOST,
        "CREDITCARD",
        Kind.EMERGENCY_PLAN,
        ["核对身份", "立即挂失，告知即时生效", "询问是否补卡"],
        "您的卡已经挂失成功，从现在起别人就不能用了。\n\n内部：核身不过的转二线。",
        "挂失手续费 40 元。\n\n> 内部：金卡免收。",
        ["卡不见了", "钱包被偷了信用卡怎么办"],
    ),
    (
        NEW_CARD,
        "CREDITCARD",
        Kind.FAQ,
        ["确认已挂失", "确认寄送地址"],
        "补卡五到七个工作日寄到。",
        "工本费 15 元。",
        ["重新办一张卡"],
    ),
    (ABROAD, "CREDITCARD", Kind.FAQ, ["拨打境外热线"], "请拨打境外热线。", "热线全天受理。", []),
    (DEBIT, "PERSONAL", Kind.FAQ, ["核对身份"], "储蓄卡已经挂失。", "口头挂失 5 天有效。", []),
    ("怎么解除挂失", "PERSONAL", Kind.FAQ, ["持证件到网点"], "", "请到任一网点办理。", ["卡找到了"]),
    (FEE, "CREDITCARD", Kind.RULE, ["刷满六次免次年年费"], "刷满六次就免年费。", "以章程为准。", []),
    ("定期存款提前支取", "PERSONAL", Kind.FAQ, ["告知按活期计息"], "按活期计息。", "可部分支取。", []),
]


def open_the_bank(by: Agent) -> None:
    """Publish the entries; the two lines must exist."""
    lines = {line.code: line for line in BusinessLine.objects.all()}
    for question, line, kind, points, script, answer, similar in ENTRIES:
        text = drafting.Text(
            question, lines[line], kind=kind, key_points=points, script=script, answer=answer
        )
        entry = publishing.publish(drafting.create_entry(text, by=by), by=by)
        SimilarQuestion.objects.bulk_create(
            [SimilarQuestion(entry=entry, text=text, position=place) for place, text in enumerate(similar)]
        )
