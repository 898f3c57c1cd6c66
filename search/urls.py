"""The addresses of this room's pages."""

from django.urls import path

from search.views import dictionaries, gaps, like_this, quality, similar_questions

app_name = "search"
urlpatterns = [
    path("dictionaries/", dictionaries.dictionary_list, name="dictionary-list"),
    path("dictionaries/add/", dictionaries.add_line, name="dictionary-add"),
    path("dictionaries/export.csv", dictionaries.export_lines, name="dictionary-export"),
    path("dictionaries/import/", dictionaries.import_lines, name="dictionary-import"),
    path("dictionaries/remove/", dictionaries.remove_line, name="dictionary-remove"),
    path("dictionaries/changes/forget/", dictionaries.forget_changes, name="dictionary-forget"),
    path("dictionaries/changes/<int:pk>/take-back/", dictionaries.take_back, name="dictionary-take-back"),
    path("dictionaries/try/", dictionaries.try_changes, name="dictionary-try"),
    path("dictionaries/put-in-force/<int:pk>/", dictionaries.put_in_force, name="dictionary-put-in-force"),
    path("dictionaries/versions/", dictionaries.version_list, name="dictionary-versions"),
    path("dictionaries/versions/go-back/", dictionaries.go_back, name="dictionary-go-back"),
    path("gaps/", gaps.gap_list, name="gaps"),
    path("gaps/<int:pk>/", gaps.gap_detail, name="gap"),
    path("gaps/<int:pk>/ignore/", gaps.ignore_gap, name="gap-ignore"),
    path("gaps/<int:pk>/reopen/", gaps.reopen_gap, name="gap-reopen"),
    path("gaps/<int:pk>/add/", gaps.add_to_entry, name="gap-add"),
    path("gaps/<int:pk>/write/", gaps.write_entry, name="gap-write"),
    path("like-this/", like_this.like_this, name="like-this"),
    path("suggest-fields/", like_this.suggest_fields, name="suggest-fields"),
    path("quality/", quality.quality_detail, name="quality"),
    path("ranker/train/", quality.train_ranker, name="ranker-train"),
    path("ranker/switch/", quality.switch_ranker, name="ranker-switch"),
    path("similar-questions/", similar_questions.similar_question_list, name="similar-questions"),
    path(
        "similar-questions/<int:pk>/accept/",
        similar_questions.accept_question,
        name="similar-question-accept",
    ),
    path(
        "similar-questions/<int:pk>/reject/",
        similar_questions.reject_question,
        name="similar-question-reject",
    ),
    path("similar-questions/decide/", similar_questions.decide_chosen, name="similar-question-decide"),
    path("similar-questions/switch/", similar_questions.switch_learning, name="similar-question-switch"),
    path("trials/<int:pk>/", quality.trial_progress, name="trial-progress"),
]
