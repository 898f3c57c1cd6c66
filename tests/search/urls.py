from django.urls import include, path

urlpatterns = [path("api/v1/", include("search.api_urls")), path("", include("kb.urls"))]
