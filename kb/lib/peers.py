"""Who sent a request, behind a proxy or not."""

from ipaddress import ip_address

from django.http import HttpRequest


def sender_address(request: HttpRequest) -> str:
    """The address the lock of log-ins counts by.

    A direct peer on this machine is the documented proxy, which appends whom it saw to X-Forwarded-For; what
    stands before that, and the whole header when it comes from anywhere else, is only what somebody claims.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return named if _is_loopback(peer) and _is_address(named) else peer


def _is_loopback(text: str) -> bool:
    return _is_address(text) and ip_address(text).is_loopback


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
