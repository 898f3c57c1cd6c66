"""A mail server on this machine that takes every mail and counts how often each Message-ID came."""

import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

ANSWERS = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Sink:
    """``handed_over`` says how often each Message-ID was taken, as far as the sender was told so."""

    def __init__(self) -> None:
        self.handed_over: Counter[str] = Counter()
        self.port = 0
        self._turn = threading.Lock()

    def take(self, message_id: str) -> None:
        with self._turn:
            self.handed_over[message_id] += 1


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """Take mails until the block ends."""
    sink = Sink()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _talk(self, sink)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield sink
        server.shutdown()


def _talk(talk: socketserver.StreamRequestHandler, sink: Sink) -> None:
    """As much of RFC 5321 as smtplib speaks; a sender that dies in between is nobody's error."""
    try:
        talk.wfile.write(b"220 sink\r\n")
        while line := talk.rfile.readline():
            verb = line[:4].upper()
            talk.wfile.write(ANSWERS.get(verb, b"250 ok\r\n"))
            if verb == b"DATA":
                sink.take(_message_id(talk))
                talk.wfile.write(b"250 taken\r\n")
            if verb == b"QUIT":
                return
    except OSError:
        return


def _message_id(talk: socketserver.StreamRequestHandler) -> str:
    found = ""
    while (line := talk.rfile.readline()) not in (b".\r\n", b""):
        if line.lower().startswith(b"message-id:"):
            found = line.partition(b":")[2].strip().decode()
    return found
