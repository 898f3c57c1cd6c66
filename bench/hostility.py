"""Input nobody means well: named cases, raw query strings, and any number of others made up from a seed."""

import random
from collections.abc import Callable

PATHS = ("/api/v1/search", "/api/v1/suggest", "/")
"""Where what is typed arrives; a search that is logged is sent as JSON."""

HAN = [chr(number) for number in range(0x4E00, 0x9FA6)]
ASTRAL = [chr(number) for number in range(0x20000, 0x20400)]
MARKS = [chr(number) for number in range(0x0300, 0x0370)]
EMOJI = [*"😀🏦💳📞🇨🇳👨", "\u200d", "\ufe0f", "\U0001f3fd"]
DIRECTIONS = [*"\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"]
CONTROLS = [chr(number) for number in (*range(32), *range(0x7F, 0xA0))] + [
    "\u2028",
    "\u2029",
    "\ufeff",
    "\uffff",
]
SURROGATES = [chr(number) for number in range(0xD800, 0xE000, 7)]
SYNTAX = [
    *'"\'()[]{}*?~^:+-&|!\\/<>=%_$@#;,.',
    " AND ", " OR ", " NOT ", " TO ", "question:", "id:1", "[a TO z]", "NEAR/3", "<->", ":*", "' OR 1=1 --",
    "\\0", "${jndi:x}", "{{7*7}}", "<script>", "../../", "%00", "%s", "{0}", "(" * 50, ")" * 50, "a^1e309",
]  # fmt: skip
WORDS = [
    "信用卡",
    "挂失",
    "密码",
    "余额",
    "转账",
    "手机银行",
    "zhuanzhang",
    "xyk",
    "guashi",
    "10000Z8",
    "ATM",
    "VISA",
    "password",
    "還款",
    "ｶｰﾄﾞ",
    "ＡＢＣ",
    "１２３",
]


def _in_letters(number: int) -> str:
    """Two or three letters; so many different words fit in 10,000 characters."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(3 if number >= 676 else 2))


CASES = {
    "nothing": "",
    "spaces": " \t\u3000\n" * 50,
    "10,000 ideographs": "".join(HAN[:10_000]),
    "10,000 times one ideograph": "卡" * 10_000,
    "10,001 characters": "a" * 10_001,
    "10,000 latin letters": "abcdefghij" * 1000,
    "10,000 digits": "1234567890" * 1000,
    "2,500 different words": " ".join(map(_in_letters, range(2500))),
    "2,500 different chinese words": " ".join(map(str.__add__, HAN[:2500], HAN[2500:])),
    "a long run of pinyin": "zhuangshuangchuang" * 500,
    "a long run of initials": "xykgszzmm" * 1000,
    "pinyin that can be cut in many ways": "xianganenangengera" * 15,
    "one hundred combining marks": "e" + "".join(MARKS[:100]) + "卡" + "\u0301" * 300,
    "controls": "".join(CONTROLS),
    "NUL": "信用卡\x00挂失",
    "lone surrogates": "挂失\ud800卡\udfff",
    "emoji": "".join(EMOJI) * 40,
    "right-to-left marks": "\u202e挂失\u202c" + "".join(DIRECTIONS) + "שלום مرحبا",
    "astral ideographs": "".join(ASTRAL[:300]),
    "private use and non-characters": "\ue000\uf8ff\ufdd0\ufffe\U0010ffff" * 60,
    "ligatures that grow when normalised": "\ufdfa" * 300,
    "engine syntax": " ".join(SYNTAX),
    "nested brackets": "(" * 5000 + ")" * 4999,
}  # fmt: skip

RAW_QUERIES = [
    "q=%FF%FE", "q=%E5%8D", "q=%C0%80", "q=%ED%A0%80", "q=%", "q=%zz", "q=%00", "q=%E5%8D%A1%00",
    "q", "q=", "=", "&&&", "q=a&q=b&q=c", "q[]=1", "q=1&limit=%00", "q=1&limit=-1", "q=1&limit=9" + "9" * 400,
    "q=1&offset=1e9", "q=1&line=%00", "q=1&line=%ED%A0%80", "q=1&kind=%FF", "q=1&category=%D9%A1",
    "q=1&category=9" + "9" * 30,
    "q=1" + "&line=x" * 500, "q=" + "%F0%9F%98%80" * 2000,
]  # fmt: skip


def has_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def made_up(seed: int) -> str:
    """One input, always the same of a seed: a dozen pieces of any kind at most, now and then very long."""
    chance = random.Random(seed)
    pieces = (_piece(chance) for _ in range(chance.randint(1, 12)))
    return chance.choice(["", " ", "\u3000"]).join(pieces)[: chance.choice([20, 300, 300, 2000, 10_000])]


def _piece(chance: random.Random) -> str:
    return chance.choice(MAKERS)(chance)


def _of(pieces: list[str], most: int) -> Callable[[random.Random], str]:
    def make(chance: random.Random) -> str:
        return "".join(chance.choices(pieces, k=chance.randint(1, most)))

    return make


def _anything(chance: random.Random) -> str:
    return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(1, 60)))


def _many_words(chance: random.Random) -> str:
    return " ".join("".join(chance.sample(HAN, 2)) for _ in range(chance.randint(1, 2500) // 3))


def _again(chance: random.Random) -> str:
    piece: str = chance.choice([*WORDS, *SYNTAX])
    return piece * chance.randint(1, 800)


MAKERS: list[Callable[[random.Random], str]] = [
    _of(HAN, 40),
    _of(ASTRAL, 40),
    _of(MARKS, 200),
    _of(EMOJI, 40),
    _of(DIRECTIONS, 20),
    _of(CONTROLS, 20),
    _of(SURROGATES, 10),
    _of(SYNTAX, 30),
    _of(WORDS, 30),
    _of([*"aeiouzcshngxyk"], 2000),
    _of([*"0123456789"], 2000),
    _anything,
    _many_words,
    _again,
]
