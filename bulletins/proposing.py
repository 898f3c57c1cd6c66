"""What a draft made of a passage could say; everything is for a person to change. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bulletins import dates
from bulletins.paragraphs import Paragraph, without_mark
from faq.models import Kind

LONGEST_TOPIC = 40
_SENTENCE_END = re.compile("[。！!；;\n]")
_ASKS = re.compile("[?？]|怎么|怎样|如何|什么|多少|哪|吗$|几[天次个]|是否|能不能|可不可以")
_ABOUT = re.compile(
    r"^(?:.*?关于)?(?:进一步)?(?:印发|发布|调整|开展|做好|修订|规范|上线)?《?(?P<topic>.+?)》?(?:的)?(?:通知|公告|通告|函|通报|提示)$"
)
_TURNS: list[tuple[str, str]] = [
    (r"(?P<t>.+?)(?:的)?(?:办理|操作|业务|处理|申请)?(?:流程|步骤|程序|手续|方式|方法|途径)$", "怎么{t}？"),
    (r"(?P<t>.+?)(?:的)?(?:收费标准|费用|手续费|年费|工本费|费率|利率|限额|额度|金额)$", "{whole}是多少？"),
    (r"(?P<t>.+?)(?:的)?(?:条件|要求|标准|范围|对象|资格|材料|规则|内容|说明|事项)$", "{whole}是什么？"),
    (r"(?P<t>.+?)(?:的)?(?:时间|期限|时限|日期)$", "{whole}是什么时候？"),
]
_INLINE = re.compile(
    r"(?:^|(?<=[；;。：:，,\s]))(?:\d{1,2}(?:[、．)）]|\.(?!\d))|[（(]\d{1,2}[）)]|[①-⑳])\s*"
)
_KINDS: list[tuple[Kind, str]] = [
    (Kind.SCRIPT, "话术|应答口径|统一口径"),
    (Kind.EMERGENCY_PLAN, "应急|突发|紧急预案"),
    (Kind.CAMPAIGN, "活动|优惠|满减|抽奖|返现|立减|礼遇|促销"),
    (Kind.POLICY, "人民银行|监管|政策|金融监督"),
    (Kind.RULE, "办法|规定|制度|细则|收费|费率|限额|规则"),
    (Kind.PRODUCT, "产品|理财|基金|存单|大额存单|新发"),
]
_LINE_END = re.compile("(?<=..)(?:中心|部|处|业务|银行)$")
_FORMS = re.compile(r"^(?=[#>])|^(?==+\s*$)")


@dataclass(frozen=True)
class Proposal:
    """The fields of a draft."""

    question: str
    kind: str
    key_points: list[str]
    answer: str
    validity: dates.Validity = field(default_factory=dates.Validity)


def propose(passage: Sequence[Paragraph], whole: Sequence[Paragraph], year: int | None = None) -> Proposal:
    """A draft of these paragraphs; validity and kind come from the whole notice where they name none."""
    texts, around = [each.text for each in passage], [each.text for each in whole]
    validity = dates.validity(texts, year)
    if validity == dates.Validity():
        validity = dates.validity(around, year)
    return Proposal(
        question=question(passage),
        kind=kind(texts) or kind(around[:1]) or Kind.FAQ,
        key_points=key_points(passage),
        answer=answer(passage),
        validity=validity,
    )


def question(passage: Sequence[Paragraph]) -> str:
    """The first heading, or else the first sentence, as a caller would ask it."""
    if not passage:
        return ""
    head = next((each for each in passage if each.is_heading), passage[0])
    topic = _SENTENCE_END.split(head.bare)[0].strip(" \t：:，,、.")
    if about := _ABOUT.match(topic):
        topic = about["topic"]
    if not re.search("[\u4e00-\u9fff]", topic) or _ASKS.search(topic):
        return topic if not topic or topic.endswith(("?", "？")) else f"{topic}？"
    if len(topic) > LONGEST_TOPIC:
        topic = re.split("[，,]", topic)[0][:LONGEST_TOPIC]
    for pattern, turned in _TURNS:
        if found := re.match(pattern, topic):
            return turned.format(t=found["t"], whole=topic)
    return f"{topic}有什么规定？"


def kind(texts: Sequence[str]) -> str:
    """By the words that only one kind has; empty where there are none."""
    text = "\n".join(texts)
    return next((kind for kind, words in _KINDS if re.search(words, text)), "")


def key_points(passage: Sequence[Paragraph]) -> list[str]:
    """The items of the passage's lists; also of a list that stands within one paragraph."""
    points: list[str] = []
    for each in passage:
        parts = [part.strip(" ；;。，,") for part in _INLINE.split(each.text)]
        if len(parts) > 2:
            points += [part for part in parts[1:] if part]
        elif each.is_item:
            points.append(without_mark(each.text).rstrip("；;。"))
    return points


def answer(passage: Sequence[Paragraph]) -> str:
    """The passage as Markdown: rows of a table become a table, the items of a list stay a list."""
    blocks: list[list[str]] = []
    before = ""
    for each in passage:
        form = "table" if "\t" in each.text else "item" if each.is_item else ""
        line = each.text if form == "table" else _FORMS.sub(r"\\", _item(each))
        if form and form == before:
            blocks[-1].append(line)
        else:
            blocks.append([line])
        before = form
    return "\n\n".join(_table(block) if "\t" in block[0] else "\n".join(block) for block in blocks)


def _item(paragraph: Paragraph) -> str:
    """A dot that Markdown does not know becomes one that it knows."""
    text = paragraph.text
    return re.sub(r"^[•●▪◆■·–—－]\s*", "- ", text) if paragraph.is_item else text


def _table(rows: list[str]) -> str:
    cells = [[cell.strip().replace("|", "\\|") for cell in row.split("\t")] for row in rows]
    width = max(map(len, cells))
    filled = [[*row, *[""] * (width - len(row))] for row in cells]
    lines = [f"| {' | '.join(row)} |" for row in filled]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def line(texts: Sequence[str], names: Mapping[int, str], own: Collection[int]) -> int | None:
    """The business line whose name these texts hold most often, else one of the writer's own, else any."""
    text = "\n".join(texts)
    counts = {pk: text.count(_LINE_END.sub("", name)) for pk, name in names.items()}
    return max(counts, key=lambda pk: (counts[pk], pk in own), default=None)
