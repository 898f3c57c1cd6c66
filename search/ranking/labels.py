"""What the figures of a ranker are called where people read them; ``features.NAMES`` are for programs."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.ranking.features import FAMILY_NAMES

Text = str | Promise
WHAT: dict[str, Text] = {
    "title_dice": gettext_lazy("standard question alike"),
    "title_coverage": gettext_lazy("standard question covers what was typed"),
    "most_coverage": gettext_lazy("one wording covers what was typed"),
    "missing_everywhere": gettext_lazy("rare word in no wording"),
    "missing": gettext_lazy("rare word missing"),
    "extra": gettext_lazy("rare word too many"),
    "dice": gettext_lazy("closest wording alike"),
    "coverage": gettext_lazy("closest wording covers what was typed"),
    "precision": gettext_lazy("what was typed covers the closest wording"),
    "together": gettext_lazy("all wordings cover what was typed"),
    "frequency": gettext_lazy("how often its wordings say so"),
    "top_three": gettext_lazy("three closest wordings"),
    "near": gettext_lazy("share of the ten closest wordings"),
    "first": gettext_lazy("score of the words"),
    "sum": gettext_lazy("all likenesses together"),
    "answer": gettext_lazy("text of the answer"),
    "sound_share": gettext_lazy("sounds alike"),
    "synonym_share": gettext_lazy("synonyms"),
    "category_guess": gettext_lazy("category guessed from the words"),
    "category": gettext_lazy("category of the other matches"),
    "query_length": gettext_lazy("length of what was typed"),
    "query_pieces": gettext_lazy("number of words typed apart"),
    "length_ratio": gettext_lazy("length of the closest wording"),
    "verdict": gettext_lazy("what the closest wordings say together"),
    "wordings_usual": gettext_lazy("number of wordings of the other matches"),
    "wordings": gettext_lazy("number of wordings"),
}
FAMILIES: dict[str, Text] = {
    "pairs": gettext_lazy("pairs of characters"),
    "characters": gettext_lazy("characters"),
    "words": gettext_lazy("words"),
    "sounds": gettext_lazy("sounds"),
    "meanings": gettext_lazy("meanings"),
}


def said(name: str) -> str:
    """A figure's name in the reader's language; alike for figures that are the same but for their scale."""
    what, notes = name, []
    for family in FAMILY_NAMES:
        if what.endswith(f"_{family}"):
            what = what.removesuffix(f"_{family}")
            notes.append(str(FAMILIES[family]))
    for mark, note in (("place_", _("rank")), ("margin_", _("lead"))):
        if what.startswith(mark):
            what = what.removeprefix(mark)
            notes.append(note)
    for mark, note in (("_place", _("rank")), ("_margin", _("lead")), ("_to_best", _("beside the best"))):
        if what.endswith(mark):
            what = what.removesuffix(mark)
            notes.append(note)
    label = str(WHAT[what])
    return _("%(what)s (%(notes)s)") % {"what": label, "notes": _(", ").join(notes)} if notes else label
