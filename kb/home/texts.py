"""What the desk's scripts say; they get their sentences from the page, so that gettext knows them."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def desk_texts() -> dict[str, str]:
    """Sentences by name; ``{n}`` and the like are filled in by the scripts."""
    return {
        "matches": _("{n} matches"),
        "one_match": _("1 match"),
        "no_match": _("No match"),
        "best_matches": _("The best {n} matches"),
        "nearest": _("Nearest, without the filters"),
        "nearest_of_all": _("Nearest"),
        "word_aloud": _("Right arrow key: {text}"),
        "meant_aloud": _("Did you mean {text}? Right arrow key"),
        "and": pgettext("between names", ", "),
        **_inquiries(),
        **_readings(),
        "why_place": _("Place {place}: {reading}, score {score}"),
        "why_readings": _("Found by: {shares}"),
        "why_ranker": _("Ranker {version}: {shares}"),
        "why_asked": _("Asked in four weeks: {line} in own lines, {all} in all"),
        "similar": _("Similar question: {text}"),
        "until": _("until {date}"),
        "opened": _("Opened: {question}"),
        "answered": _("Answered"),
        "answered_aloud": _("Noted: this answered it."),
        "taken_back": _("Taken back: it does not count for this call."),
        "not_counted": _(
            "One use could not be counted: the entry is no longer in force, or the call has ended."
        ),
        "not_taken_back": _("It was not taken back: the call has ended, and what was counted in it stays."),
        "copied": _("Copied"),
        "copied_aloud": _("The text for the caller was copied."),
        "nothing_to_copy": _("This entry has no text to copy."),
        "open_first": _("Open an entry first."),
        "offline": _(
            "The network does not answer. The last matches stay; what you did is kept and sent later."
        ),
        "search_failed": _("The search does not answer just now. Trying again."),
        "entry_failed": _("The entry could not be opened. Try again in a moment."),
        "entry_gone": _("This entry is no longer in force, or is not meant for your business lines."),
        "logged_out": _("You have been logged out. Load the page again to log in."),
        "reduced": _("Reduced search: the index is being rebuilt, answers come from the database."),
        "not_sent": _("It was not sent. Try again in a moment."),
        "version_shown": _("Shown: {name}"),
        "no_blanks": _("This script has no blanks to fill in."),
        "expired": _("Expired"),
        "expired_aloud": _("Expired"),
        "gone": _("Out of use"),
        "gone_aloud": _("This entry has just been taken out of use. Do not use it any more; search again."),
        "changed_aloud": _("This entry has just been changed; what you see is the old text."),
        "expired_use": _("This entry has expired: it is neither copied nor counted any more."),
        "gone_use": _("This entry is out of use: it is neither copied nor counted any more."),
        "no_call": _("none"),
    }


def _inquiries() -> dict[str, str]:
    """Forwarding a question, and the questions that are on their way."""
    return {
        "forward": _("Not found? Forward the question"),
        "forward_line": _("Not found? Forward the question to {line}"),
        "forward_empty": _("Type the caller’s question."),
        "forwarded": _("Forwarded to {line}. First reply due {time}; you hear of it here."),
        "joined": _("Joined. {line} replies by {time}; you hear of it here."),
        "asked_once": _("asked once"),
        "asked_times": _("asked {n} times"),
        "asked_and_due": pgettext("asked how often, due when", "{asked}, {due}"),
        "reply_due": _("first reply due {time}"),
        "reply_late": _("first reply overdue since {time}"),
        "answer_due": _("answer due {time}"),
        "answer_late": _("answer overdue since {time}"),
        "inquiry_underway": _("On its way"),
        "inquiry_replied": _("First reply given"),
        "inquiry_answered": _("Answered"),
        "inquiry_gone": _("This question could not be opened: it is closed, or not yours to read."),
        "underway_aloud": _("Already on its way: {text}, {note}. Alt J joins."),
    }


def _readings() -> dict[str, str]:
    """As what the words typed were read, by the names of the API's ``matched_by``."""
    return {
        "found_question": _("Standard question word for word"),
        "found_similar": _("Similar question word for word"),
        "found_words": _("Words"),
        "found_synonym": _("Synonym"),
        "found_pinyin": _("Pinyin"),
        "found_initials": _("Initials"),
        "found_sound": _("Same sound"),
        "found_answer": _("Answer text"),
    }
