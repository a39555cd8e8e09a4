"""Django's settings, made once from the table of settings and the environment."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from tieout.config.logs import logging_settings
from tieout.config.role_name import APPLICATION, OWNER_ALIAS
from tieout.config.secret import read_secret
from tieout.config.table import read

TIEOUT = read(os.environ)
"""The typed settings; the rest of this module maps them to Django's."""


def database_settings(address: str, *, as_login: bool = False) -> dict[str, Any]:
    """Django's form of a connection address, in the application's role or that of the login itself.

    Without an address, the host's name says what is missing.
    """
    parts = conninfo_to_dict(address) if address else {"host": "no-DATABASE_URL-was-given"}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: value for name, value in parts.items() if name not in names}
    if not as_login:
        options["options"] = f"{options.get('options', '')} -c role={APPLICATION}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "tieout",
        **{ours: parts[theirs] for theirs, ours in names.items() if parts.get(theirs)},
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {
    "default": database_settings(TIEOUT.database_url),
    OWNER_ALIAS: database_settings(TIEOUT.database_url, as_login=True),
}
SECRET_KEY = TIEOUT.secret_key or read_secret(TIEOUT.home)
DEBUG = False
ALLOWED_HOSTS = list(TIEOUT.allowed_hosts)

INSTALLED_APPS = [
    "tieout.identity",
    "tieout.store",
    "tieout.engine",
    "tieout.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django_htmx",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "tieout.config.language.FiguresInLanguage",  # first: what is refused is refused in the language too
    "tieout.config.requests.Sound",
    "django.middleware.security.SecurityMiddleware",
    "tieout.web.security.ContentPolicy",
    "tieout.web.unseen.UnseenShown",
    "tieout.web.compressed.CompressedFiles",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tieout.config.requests.AddressesLimited",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tieout.config.requests.PeopleLimited",
    "tieout.web.gate.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tieout.web.frame.frame",
            ]
        },
    }
]
ROOT_URLCONF = "tieout.web.urls"
WSGI_APPLICATION = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True
LOCALE_PATHS = [
    str(files("tieout.wording") / "locale")
]  # the one catalogue, for templates and for `tieout.wording.catalogue`

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the files stand in the packages; nothing has to be collected before a start

SESSION_COOKIE_AGE = TIEOUT.session_hours * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TIEOUT.https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = TIEOUT.https
CSRF_TRUSTED_ORIGINS = list(TIEOUT.trusted_origins)
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = TIEOUT.https
SECURE_HSTS_SECONDS = 31_536_000 if TIEOUT.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TIEOUT.https else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000

LOGGING = logging_settings(log_format=TIEOUT.log_format, level=TIEOUT.log_level)
