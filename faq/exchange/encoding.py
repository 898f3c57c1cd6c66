"""Lines of a text file, never more than one of them in memory, and the encoding they are in."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from faq.exchange.reading import LONGEST_LINE, MOST_PROBLEMS

UTF8_MARK = b"\xef\xbb\xbf"


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes and whether the line is longer than we read; of such a line only the beginning comes."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(UTF8_MARK)
        is_long = len(line) >= LONGEST_LINE and not line.endswith(b"\n")
        while is_long and (rest := file.readline(LONGEST_LINE)):
            if rest.endswith(b"\n"):
                break
        yield number, line, is_long


def is_encoded(path: Path, charset: str) -> bool:
    """Whether the whole file can be read so."""
    decoder = codecs.getincrementaldecoder(charset)()
    try:
        with path.open("rb") as file:
            while piece := file.read(1_000_000):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def broken_utf8(path: Path) -> tuple[list[tuple[int, int]], bool]:
    """The lines that are not UTF-8, with the place of their first bad byte, and if UTF-8 is meant.

    A text meant as UTF-8 has more characters that decode than bytes that do not; in a text of GB18030 hardly
    any three bytes make a Chinese character of UTF-8.
    """
    broken: list[tuple[int, int]] = []
    good = bad = 0
    with path.open("rb") as file:
        is_marked = file.read(3) == UTF8_MARK
        file.seek(0)
        for number, line, is_long in lines(file):
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                if is_long and error.start > len(line) - 4:
                    continue
                if len(broken) < MOST_PROBLEMS:
                    broken.append((number, error.start + 1))
                text = line.decode(errors="replace")
                bad += text.count("\ufffd")
            good += sum(char >= "\u0800" and char != "\ufffd" for char in text)
    return broken, is_marked or good >= bad
