"""May this person? Typed predicates; look-ups narrow by the same rules, so a stranger gets 404."""

from collections.abc import Collection

from accounts.models import Agent, BusinessLine
from accounts.roles import Role


def acts_as_agent(person: Agent) -> bool:
    """Whether what this person uses on the desk counts as a hit (product.md §5)."""
    return person.has_role(Role.AGENT)


def may_see_out_of_force(person: Agent) -> bool:
    """Supervisors and auditors also read what is withdrawn or expired."""
    return person.has_role(Role.SUPERVISOR, Role.AUDITOR)


def may_see_all_drafts(person: Agent) -> bool:
    """Call-centre experts and information administrators read every draft of lines they may see."""
    return person.has_role(Role.CALL_CENTRE_EXPERT, Role.INFORMATION_ADMINISTRATOR)


def may_see_drafts_of_own_lines(person: Agent) -> bool:
    """Business experts read the drafts of the lines they belong to."""
    return person.has_role(Role.BUSINESS_EXPERT)


def may_write_entries(person: Agent) -> bool:
    """Who turns what the bank says into entries: experts of both sides, and information administrators."""
    return person.is_active and person.has_role(
        Role.CALL_CENTRE_EXPERT, Role.BUSINESS_EXPERT, Role.INFORMATION_ADMINISTRATOR
    )


def may_write_entries_of(person: Agent, line_ids: Collection[int]) -> bool:
    """Business experts write what concerns their own lines, the others of every line."""
    return may_write_entries(person) and (
        may_see_all_drafts(person) or not person.line_ids.isdisjoint(line_ids)
    )


def may_read_history(person: Agent) -> bool:
    """What a text was before, and who signed it: for those who write, answer for it, or check."""
    return may_write_entries(person) or may_see_out_of_force(person)


def may_withdraw_at_once(person: Agent) -> bool:
    """In an emergency one expert or information administrator takes an entry out alone (product.md §3)."""
    return may_write_entries(person)


def may_curate(person: Agent) -> bool:
    """What is done at once and audited, such as category, order, keywords, a shorter validity."""
    return may_write_entries(person)


def may_work_off_flags(person: Agent) -> bool:
    """What agents flag is the owning line's and the information administrators' to answer."""
    return person.is_active and person.has_role(Role.BUSINESS_EXPERT, Role.INFORMATION_ADMINISTRATOR)


def may_have_work(person: Agent) -> bool:
    """Who has a work list: those who write and sign, and supervisors for what is overdue."""
    return may_write_entries(person) or may_hand_over_reviews(person)


def may_hand_over_reviews(person: Agent) -> bool:
    """Whose reviews wait while they are away is the supervisors' and information administrators' to solve."""
    return person.is_active and person.has_role(Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR)


def may_write_bulletins(person: Agent) -> bool:
    """What agents are told: information administrators turn notices into it, supervisors spikes."""
    return person.is_active and person.has_role(Role.INFORMATION_ADMINISTRATOR, Role.SUPERVISOR)


def may_import(person: Agent) -> bool:
    """Files of many entries are the information administrators' to load."""
    return person.is_active and person.has_role(Role.INFORMATION_ADMINISTRATOR)


def may_publish_unsigned(person: Agent) -> bool:
    """First loads may publish without sign-off; no role holds this by default."""
    return person.has_perm("accounts.publish_unsigned")


def may_read_reports(person: Agent) -> bool:
    """The frequency report is the supervisors'; information administrators work off what it finds."""
    return person.has_role(Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR, Role.AUDITOR)


def may_decide_proposals(person: Agent) -> bool:
    """The reshuffle is the supervisors' to decide; whoever else reads reports looks on."""
    return person.is_active and person.has_role(Role.SUPERVISOR)


def may_ask_the_seats(person: Agent) -> bool:
    """To withdraw, restore or change an entry: who writes, and who accepts what a report proposes."""
    return may_write_entries(person) or may_decide_proposals(person)


def may_handle_spikes(person: Agent) -> bool:
    """Supervisors and information administrators hear of spikes at once, and see to them."""
    return person.is_active and person.has_role(Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR)


def may_change_settings(person: Agent) -> bool:
    """Accounts, lines, categories, dictionaries and settings."""
    return person.has_role(Role.SYSTEM_ADMINISTRATOR)


def may_view_dictionaries(person: Agent) -> bool:
    """Dictionaries and how well searches end: for those who keep entries findable or answer for them."""
    return person.has_role(Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR)


def may_change_dictionaries(person: Agent) -> bool:
    """What one word means changes every search of the house: the system administrator's alone."""
    return may_change_settings(person)


def may_view_learned_questions(person: Agent) -> bool:
    """Similar questions that calls have taught; business experts see those of their own lines."""
    return may_view_dictionaries(person) or person.has_role(Role.BUSINESS_EXPERT)


def may_tend_every_entry(person: Agent) -> bool:
    """Supervisors and information administrators keep entries of all lines findable."""
    return person.is_active and person.has_role(Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR)


def may_tend_entries_of(person: Agent, line: BusinessLine) -> bool:
    """Whether similar questions of this line's entries are this person's to decide on."""
    return may_tend_every_entry(person) or may_fill_seat(person, line)


def may_work_off_gaps(person: Agent) -> bool:
    """What callers ask in vain is the information administrators' to answer or to ignore."""
    return person.is_active and person.has_role(Role.INFORMATION_ADMINISTRATOR)


def may_explain_search(person: Agent) -> bool:
    """Why each match stands where it does is for administrators, who can do something about it."""
    return person.has_role(Role.INFORMATION_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR)


def may_forward(person: Agent) -> bool:
    """Who talks to callers, or stands in for those who do, forwards what nobody has answered yet."""
    return person.is_active and person.has_role(
        Role.AGENT, Role.CALL_CENTRE_EXPERT, Role.INFORMATION_ADMINISTRATOR, Role.SUPERVISOR
    )


def may_chase_inquiries(person: Agent) -> bool:
    """Inquiries of every line are the information administrators' to chase and the supervisors' to watch."""
    return person.is_active and person.has_role(Role.INFORMATION_ADMINISTRATOR, Role.SUPERVISOR)


def may_see_all_inquiries(person: Agent) -> bool:
    """Besides those who chase them: who writes for the call centre, and who checks."""
    return may_chase_inquiries(person) or person.has_role(Role.CALL_CENTRE_EXPERT, Role.AUDITOR)


def may_answer_inquiries(person: Agent) -> bool:
    """Business experts answer what was forwarded to their own lines."""
    return person.is_active and person.has_role(Role.BUSINESS_EXPERT)


def may_have_answer_figures(person: Agent) -> bool:
    """Who answers has figures of that, and supervisors read those of their own team."""
    return may_answer_inquiries(person) or (person.is_active and person.has_role(Role.SUPERVISOR))


def may_read_figures_of(reader: Agent, person: Agent) -> bool:
    """Figures of one person are theirs and their own supervisor's (product.md §1)."""
    return reader.is_active and reader.pk in {person.pk, person.supervisor_id}


def may_change_calendar(person: Agent) -> bool:
    """Which days work is told by system administrators, as the State Council announces it."""
    return person.is_active and may_change_settings(person)


def may_read_audit_trail(person: Agent) -> bool:
    """The auditor's alone: not even a system administrator reads it by right."""
    return person.has_role(Role.AUDITOR)


def may_fill_seat(person: Agent, line: BusinessLine | None) -> bool:
    """Call-centre experts stand for the call centre (no line), business experts for their own lines."""
    if not person.is_active:
        return False
    if line is None:
        return person.has_role(Role.CALL_CENTRE_EXPERT)
    return person.has_role(Role.BUSINESS_EXPERT) and line.pk in person.line_ids


def may_fill_some_seat(person: Agent) -> bool:
    """Who signs at all: experts of both sides."""
    return person.is_active and person.has_role(Role.CALL_CENTRE_EXPERT, Role.BUSINESS_EXPERT)
