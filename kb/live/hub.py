"""Every open stream of this process, and what each still has to be told."""

import asyncio
from collections import Counter
from collections.abc import Iterable

from kb.live.events import Person, Told, message
from kb.live.positions import Position

MOST_WAITING = 256  # messages; who does not take them is cut off and catches up
MOST_STREAMS = 6000
MOST_OF_A_PERSON = 12


class TooManyError(Exception):
    """This person, or all together, hold as many streams as there may be."""


class NotReadyError(Exception):
    """The process has just started, or started without the database."""


class Stream:
    """What one browser is told. Ends by itself when it does not keep up."""

    def __init__(self, person: Person, session_key: str, joined_at: Position) -> None:
        self.person = person
        self.session_key = session_key
        self.joined_at = joined_at
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_WAITING)
        self._has_ended = asyncio.Event()

    def tell(self, text: bytes) -> None:
        try:
            self._waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Nothing more is told; what waits is let go, for the browser catches up from what it has heard."""
        if self._has_ended.is_set():
            return
        self._has_ended.set()
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)

    @property
    def has_ended(self) -> bool:
        return self._has_ended.is_set()

    async def next(self) -> bytes | None:
        """All that waits, in one piece; None at the end."""
        text = await self._waiting.get()
        pieces = []
        while text is not None:
            pieces.append(text)
            if self._waiting.empty():
                return b"".join(pieces)
            text = self._waiting.get_nowait()
        return None


class Hub:
    """Where the one reader and all streams meet; everything here happens in one event loop."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.position: Position | None = None
        self.is_listening = False
        self._of_person: Counter[int] = Counter()

    def join(self, person: Person, session_key: str) -> Stream:
        """A stream that hears everything behind the present position.

        Raises TooManyError, and NotReadyError as long as the database was never heard.
        """
        if self.position is None:
            raise NotReadyError
        if len(self.streams) >= MOST_STREAMS or self._of_person[person.pk] >= MOST_OF_A_PERSON:
            raise TooManyError
        stream = Stream(person, session_key, self.position)
        self.streams.add(stream)
        self._of_person[person.pk] += 1
        return stream

    def leave(self, stream: Stream) -> None:
        stream.end()
        if stream in self.streams:
            self.streams.remove(stream)
            self._of_person[stream.person.pk] -= 1

    def move(self, position: Position, told: Iterable[Told]) -> None:
        """Go on to this position, and tell each event on the way to the streams it is for."""
        self.position = position
        pairs = [(each.event, each.text) for each in told]
        for stream in self.streams if pairs else ():
            texts = [text for event, text in pairs if event.is_for(stream.person)]
            if texts:
                stream.tell(b"".join(texts))

    def beat(self) -> None:
        """A sign of life, with the position that is reached; it also says whether the database is heard."""
        text = self.sign_of_life("beat", self.position)
        for stream in self.streams:
            stream.tell(text)

    def sign_of_life(self, kind: str, reached: Position | None) -> bytes:
        return message(kind, {"isLive": self.is_listening}, reached)

    def narrow(self, people: dict[str, Person], *, among: set[str]) -> None:
        """Give the streams of these sessions the rights their people have now; who has none is out."""
        for stream in self.streams:
            if stream.session_key not in among:
                continue
            person = people.get(stream.session_key)
            if person is None or person.pk != stream.person.pk:
                stream.end()
            else:
                stream.person = person

    def end_all(self) -> None:
        for stream in self.streams:
            stream.end()
