"""What the text layer of a PDF calls by the name of a shape, called by its character again. Pure.

Printing programs write the first code that a font gives a shape, and fonts give 用 and the radical ⽤ the
same one: then 12⽉1⽇ is no date, and no search finds 信⽤卡.
"""

from unicodedata import normalize

_KANGXI = range(0x2F00, 0x2FD6)
_LIGATURES = range(0xFB00, 0xFB07)
_SIMPLIFIED = {
    "⼾": "户", "⾭": "青", "⺟": "母", "⺠": "民", "⻁": "虎", "⻄": "西", "⻅": "见",
    "⻆": "角", "⻉": "贝", "⻋": "车", "⻓": "长", "⻔": "门", "⻘": "青", "⻙": "韦",
    "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻢": "马", "⻣": "骨", "⻤": "鬼",
    "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻬": "齐", "⻮": "齿",
    "⻰": "龙", "⻳": "龟",
}  # fmt: skip
_CHARACTERS = {code: normalize("NFKC", chr(code)) for code in (*_KANGXI, *_LIGATURES)} | {
    ord(shape): character for shape, character in _SIMPLIFIED.items()
}


def as_characters(text: str) -> str:
    """The same text without radicals and ligatures."""
    return text.translate(_CHARACTERS)
