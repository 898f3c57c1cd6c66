"""The addresses of this room's pages, all under ``/knowledge/``."""

from django.urls import path

from faq.views import autosave, bulk, entries, flags, history, previewing, reviewing, withdrawing, writing

app_name = "faq"
urlpatterns = [
    path("drafts/<int:pk>/review/", reviewing.review, name="review"),
    path("drafts/<int:pk>/review/sign/", reviewing.sign, name="sign-off"),
    path("drafts/<int:pk>/review/submit/", reviewing.submit, name="submit"),
    path("drafts/<int:pk>/review/take-back/", reviewing.take_back, name="take-back"),
    path("drafts/<int:pk>/review/ask/", reviewing.ask, name="ask-reviewer"),
    path("drafts/<int:pk>/review/comment/", reviewing.comment, name="comment"),
    path("drafts/<int:pk>/review/ask-again/", withdrawing.ask_again, name="ask-again"),
    path("drafts/<int:pk>/review/drop/", withdrawing.drop, name="drop-request"),
    path("comments/<int:pk>/resolve/", reviewing.resolve, name="resolve-comment"),
    path("reviews/hand-over/", reviewing.hand_over, name="hand-over"),
    path("entries/<int:pk>/history/", history.history, name="history"),
    path("entries/<int:pk>/history/restore/", history.restore_text, name="restore-text"),
    path("entries/<int:pk>/withdraw/", withdrawing.withdraw, name="withdraw"),
    path("entries/<int:pk>/restore/", withdrawing.restore, name="restore"),
    path("entries/<int:pk>/validity/", withdrawing.set_validity, name="set-validity"),
    path("entries/new/", writing.entry_new, name="entry-new"),
    path("entries/new/autosave/", autosave.autosave, name="entry-new-autosave"),
    path("entries/new/autosave/drop/", autosave.drop_autosave, name="entry-new-autosave-drop"),
    path("entries/<int:pk>/edit/", writing.entry_edit, name="entry-edit"),
    path("entries/<int:pk>/compare/", previewing.compare, name="compare"),
    path("drafts/preview/", previewing.preview, name="preview"),
    path("drafts/<int:pk>/", writing.draft, name="draft"),
    path("drafts/<int:pk>/autosave/", autosave.autosave, name="draft-autosave"),
    path("drafts/<int:pk>/autosave/drop/", autosave.drop_autosave, name="draft-autosave-drop"),
    path("entries/", entries.entry_list, name="entry-list"),
    path("bulk/", bulk.bulk_list, name="bulk-list"),
    path("bulk/new/", bulk.bulk_new, name="bulk-new"),
    path("bulk/do/", bulk.bulk_do, name="bulk-do"),
    path("bulk/<int:pk>/", bulk.bulk_detail, name="bulk"),
    path("bulk/<int:pk>/undo/", bulk.bulk_undo, name="bulk-undo"),
    path("flags/", flags.flag_list, name="flag-list"),
    path("flags/mine/", flags.my_flags, name="my-flags"),
    path("flags/<int:pk>/", flags.flag_detail, name="flag"),
    path("flags/<int:pk>/take/", flags.take_flag, name="flag-take"),
    path("flags/<int:pk>/answer/", flags.answer_flag, name="flag-answer"),
    path("flags/<int:pk>/fix/", flags.fix_flag, name="flag-fix"),
]
