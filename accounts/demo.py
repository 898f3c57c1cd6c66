"""Demo accounts: one per role, usable only while WENQU_DEMO is on."""

from django.conf import settings
from django.contrib.auth.models import Group

from accounts.models import Agent, BusinessLine
from accounts.roles import Role

PASSWORD = "wenqu-demo"  # noqa: S105  it is shown on the log-in page, and works in demo mode only

# username, shown name, role, codes of the lines belonged to
PEOPLE: list[tuple[str, str, Role, list[str]]] = [
    ("agent", "李雨桐", Role.AGENT, ["CREDITCARD", "PERSONAL"]),
    ("info", "周敏", Role.INFORMATION_ADMINISTRATOR, []),
    ("callcentre", "陈静怡", Role.CALL_CENTRE_EXPERT, []),
    ("business", "王海峰", Role.BUSINESS_EXPERT, ["CREDITCARD"]),
    ("supervisor", "赵立新", Role.SUPERVISOR, []),
    ("auditor", "孙文博", Role.AUDITOR, []),
    ("sysadmin", "吴凯", Role.SYSTEM_ADMINISTRATOR, []),
]


def accounts() -> list[tuple[Agent, Role]]:
    """The demo accounts that can log in now, each with its role; none outside demo mode."""
    if not settings.WENQU_DEMO:
        return []
    found = Agent.objects.in_bulk([name for name, *_ in PEOPLE], field_name="username")
    return [(found[name], role) for name, _shown, role, _lines in PEOPLE if name in found]


def create() -> dict[str, Agent]:
    """Make the demo accounts that are missing, by username; their lines must exist."""
    lines = {line.code: line for line in BusinessLine.objects.all()}
    made = {}
    for username, shown, role, codes in PEOPLE:
        person, is_new = Agent.objects.get_or_create(
            username=username, defaults={"display_name": shown, "is_demo": True}
        )
        if is_new:
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
            person.groups.add(Group.objects.get(name=role.value))
            person.lines.add(*(lines[code] for code in codes if code in lines))
        made[username] = person
    for member in ("agent", "business"):
        if made[member].supervisor is None:
            made[member].supervisor = made["supervisor"]
            made[member].save(update_fields=["supervisor"])
    return made
