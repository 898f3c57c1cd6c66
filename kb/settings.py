"""Settings: what an operator may choose comes from the environment (README); nothing is started here."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from kb.lib import env, secrets

BASE_DIR = Path(__file__).resolve().parent.parent
WENQU_VAR = env.path("WENQU_VAR", BASE_DIR / "var")
PORT = env.integer("PORT", 8000, minimum=1, maximum=65535)
LIVE_PORT = env.integer("WENQU_LIVE_PORT", PORT + 1 if PORT < 65535 else PORT - 1, minimum=1, maximum=65535)


def database() -> dict[str, Any]:
    """The address of the one database; as the role *web* or *counter* in the processes."""
    named = env.database("DATABASE_URL")
    if named is None:
        from kb import embedded

        named = embedded.address(WENQU_VAR)
    return in_role(named)


def in_role(named: dict[str, Any]) -> dict[str, Any]:
    """A server's address with the role this process works in."""
    options = named.setdefault("OPTIONS", {})
    role = env.choice("WENQU_DB_ROLE", "owner", ["owner", "web", "counter"])
    if role != "owner":
        options["options"] = f"{options.get('options', '')} -c role=wenqu_{role}".strip()
    options.setdefault("application_name", f"wenqu-{role}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        **named,
    }


IS_EMBEDDED = env.text("DATABASE_URL", "") == ""
DATABASES = {"default": database()}
REPLICA = env.database("DATABASE_REPLICA_URL")
if REPLICA:
    DATABASES["replica"] = in_role(REPLICA)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ALLOWED_HOSTS = env.words("WENQU_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
IS_LOOPBACK = set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]", "testserver"}
WENQU_DEMO = env.flag("WENQU_DEMO", IS_EMBEDDED and IS_LOOPBACK)
SECRET_KEY = secrets.secret_key(env.text("WENQU_SECRET_KEY", ""), WENQU_VAR, is_embedded=IS_EMBEDDED)
DEBUG = False

WENQU_SEARCH_ENGINE = env.choice("WENQU_SEARCH_ENGINE", "whoosh", ["whoosh", "postgres", "memory"])
SEARCH_ENGINES = {
    "whoosh": {"ENGINE": "search.engines.whoosh.WhooshEngine", "DIRECTORY": WENQU_VAR / "index"},
    "postgres": {
        "ENGINE": "search.engines.postgres.PostgresEngine",
        "SEARCH_IN": "replica" if REPLICA else "default",
    },
    "memory": {"ENGINE": "search.engines.memory.MemoryEngine"},
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "procrastinate.contrib.django",
    "rest_framework",
    "kb",
    "accounts",
    "courier",
    "faq",
    "hits",
    "bulletins",
    "inquiries",
    "search",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kb.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "kb.middleware.BodyLimitMiddleware",
]

ROOT_URLCONF = "kb.urls"
WSGI_APPLICATION = "kb.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kb.context.house",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.Agent"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:log-in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "accounts:log-in"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "kb.lib.peers.sender_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_VERBOSE = False

HAS_MAIL_SERVER = env.text("WENQU_MAIL_URL") != ""
globals().update(env.mail_server("WENQU_MAIL_URL"))
DEFAULT_FROM_EMAIL = env.address("WENQU_MAIL_FROM", "Wenqu <wenqu@localhost>")
OWN_ADDRESS = f"http://127.0.0.1:{PORT}" if IS_LOOPBACK else f"https://{ALLOWED_HOSTS[0].strip('*.')}"
SITE_ADDRESS = env.site("WENQU_ADDRESS", OWN_ADDRESS)
EMAIL_TIMEOUT = 20  # seconds; a server that says nothing holds the worker

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = WENQU_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kb.home.assets.AssetStorage"},
}
WHITENOISE_USE_FINDERS = False
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "charts": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": WENQU_VAR / "charts",
        "TIMEOUT": 30 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # the desk reads it for the X-CSRFToken header
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_LOOPBACK
SECURE_SSL_REDIRECT = not IS_LOOPBACK
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if IS_LOOPBACK else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not IS_LOOPBACK
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LOOPBACK_NAMES = ["127.0.0.1", "localhost"]
LIVE_ORIGINS = [f"http://{name}:{LIVE_PORT}" for name in LOOPBACK_NAMES if IS_LOOPBACK]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF, *LIVE_ORIGINS],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["kb.lib.parsing.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "kb.lib.problems.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Wenqu",
    "DESCRIPTION": "The knowledge base bank call-centre agents work from while a caller is on the line.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {name: {"level": "INFO"} for name in INSTALLED_APPS[INSTALLED_APPS.index("kb") :]},
}
