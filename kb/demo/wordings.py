"""What an agent types for a caller's question: as callers say it, shortened, mistyped, in pinyin."""

import random
import re
from collections.abc import Callable

from kb.demo.topics import Topic

SAYINGS_PER_TOPIC = 48
SHORTEST = 2
FILLERS = re.compile(
    r"^(我想问一下|请问|我的|我|你们|怎么|为什么|想|要)|(吗|呢|啊|呀|怎么办|怎么弄|怎么回事|了)+$"
)
# What comes out of an input method when the wrong candidate is taken.
SLIPS = {
    "账": "帐", "登录": "登陆", "挂失": "挂式", "额度": "鹅度", "还款": "环款",
    "密码": "密吗", "验证": "验正", "贷款": "代款", "利率": "利律", "转账": "专账",
    "理财": "里财", "征信": "真信", "分期": "分起", "赎回": "属回", "积分": "积份",
    "注销": "住销", "取现": "去现", "短信": "短心", "限额": "现额", "信用卡": "信用咖",
}  # fmt: skip
PINYIN = {
    "挂失": ("guashi", "gs"), "额度": ("edu", "ed"), "还款": ("huankuan", "hk"),
    "密码": ("mima", "mm"), "限额": ("xiane", "xe"), "转账": ("zhuanzhang", "zz"),
    "分期": ("fenqi", "fq"), "年费": ("nianfei", "nf"), "积分": ("jifen", "jf"),
    "信用卡": ("xinyongka", "xyk"), "账单": ("zhangdan", "zd"), "征信": ("zhengxin", "zx"),
    "登录": ("denglu", "dl"), "验证码": ("yanzhengma", "yzm"), "利率": ("lilv", "ll"),
    "房贷": ("fangdai", "fd"), "提前还款": ("tiqianhuankuan", "tqhk"), "理财": ("licai", "lc"),
    "基金": ("jijin", "jj"), "赎回": ("shuhui", "sh"), "定期": ("dingqi", "dq"),
    "开户": ("kaihu", "kh"), "销户": ("xiaohu", "xh"), "注销": ("zhuxiao", "zx"),
    "短信": ("duanxin", "dx"), "U盾": ("udun", "ud"), "回单": ("huidan", "hd"),
    "流水": ("liushui", "ls"), "冻结": ("dongjie", "dj"), "换卡": ("huanka", "hk"),
    "激活": ("jihuo", "jh"), "取现": ("quxian", "qx"), "逾期": ("yuqi", "yq"),
    "国债": ("guozhai", "gz"), "云闪付": ("yunshanfu", "ysf"), "工资": ("gongzi", "gz"),
}  # fmt: skip

Style = Callable[[Topic, random.Random], str]


def sayings(topic: Topic, rng: random.Random) -> tuple[str, ...]:
    """A stock to choose from with equal chances; common ways to put it stand in it more than once."""
    styles = [style for style, _ in STYLES]
    chances = [chance for _, chance in STYLES]
    chosen = rng.choices(styles, chances, k=SAYINGS_PER_TOPIC)
    return tuple(text for text in (style(topic, rng) for style in chosen) if len(text) >= SHORTEST)


def mistyped(text: str, rng: random.Random) -> str:
    """One slip: a wrong candidate where one is likely, else a character lost, doubled or swapped."""
    likely = [right for right in SLIPS if right in text]
    if likely and rng.random() < 0.6:
        right = rng.choice(likely)
        return text.replace(right, SLIPS[right], 1)
    place = rng.randrange(len(text))
    slip = rng.random()
    if slip < 0.5 and len(text) > 3:
        return text[:place] + text[place + 1 :]
    if slip < 0.75:
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]


def shortened(text: str) -> str:
    """Without the words around the matter, and only its first clause."""
    clauses = [clause for clause in re.split(r"[，,、？?。]", text) if clause]
    core = max(clauses, key=len) if clauses else text
    while (shorter := FILLERS.sub("", core)) != core and len(shorter) >= 4:
        core = shorter
    return core[:12]


def a_number(rng: random.Random) -> str:
    """A card's or a telephone's number that belongs to nobody; it must never be stored as it is."""
    if rng.random() < 0.5:
        return f"6200{rng.randrange(10**12):012}"
    return f"199{rng.randrange(10**8):08}"


def _question(topic: Topic, rng: random.Random) -> str:  # noqa: ARG001
    return topic.question


def _similar(topic: Topic, rng: random.Random) -> str:
    return rng.choice(topic.similar_questions or (topic.question,))


def _short(topic: Topic, rng: random.Random) -> str:
    return shortened(_similar(topic, rng))


def _keyword(topic: Topic, rng: random.Random) -> str:
    return rng.choice(topic.keywords) if topic.keywords else _short(topic, rng)


def _keywords(topic: Topic, rng: random.Random) -> str:
    return " ".join(rng.sample(topic.keywords, 2)) if len(topic.keywords) > 1 else _short(topic, rng)


def _slip(topic: Topic, rng: random.Random) -> str:
    return mistyped(rng.choice([_keyword(topic, rng), _short(topic, rng)]), rng)


def _pinyin(topic: Topic, rng: random.Random) -> str:
    """The whole of a word or its initials, often after a word that was written out."""
    known = [word for word in PINYIN if word in topic.question]
    if not known:
        return _keyword(topic, rng)
    written = PINYIN[rng.choice(known)][rng.random() < 0.3]
    return written if len(written) > 3 else "".join(PINYIN[word][1] for word in known[:3])


STYLES: list[tuple[Style, float]] = [
    (_question, 0.1),
    (_similar, 0.3),
    (_short, 0.2),
    (_keyword, 0.14),
    (_keywords, 0.1),
    (_slip, 0.09),
    (_pinyin, 0.07),
]
