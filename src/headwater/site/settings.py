"""Settings, driven by the environment and by the one folder that `headwater serve DIR` is given.

HEADWATER_DIR           the folder: records.sqlite3, mail/, sealed/, secret. `headwater serve DIR` sets it;
                        tools that only read the settings get a folder in ~/.cache
HEADWATER_DATABASE_URL  postgresql://user:password@host:port/name; without it, SQLite in the folder
HEADWATER_STORE         where sealed answers lie; without it, sealed/ in the folder
HEADWATER_KEYS          two folders for the keys of open waves, by comma, on different disks and outside every backup;
                        without it, keys/ in the folder and NAME-keys/ beside it
HEADWATER_DATA_KEY      the file of the data key that raw answers are locked with, or copies of it; without it,
                        data.key in both folders of keys, made when the first wave is sealed
HEADWATER_HOSTS         host names that may be asked for, by comma (default: localhost and 127.0.0.1)
HEADWATER_HTTPS         1 behind a TLS proxy: secure cookies, HSTS, the proxy's X-Forwarded-Proto and -For believed
HEADWATER_SMTP_URL      smtp://user:password@host:587 (STARTTLS) or smtps://...; without it, .eml files in mail/
HEADWATER_MAIL_FROM     the sender's address
HEADWATER_MAIL_BOUNCES  a mailbox that takes name+anything: returned mail comes there; without it, to the sender
HEADWATER_OIDC_ISSUER, HEADWATER_OIDC_CLIENT, HEADWATER_OIDC_SECRET, HEADWATER_OIDC_NAME   single sign-on
HEADWATER_ADDRESS       where people reach this site, for links in mail (default: http://127.0.0.1:8000)
HEADWATER_TIME_ZONE, HEADWATER_LANGUAGE, HEADWATER_ORGANISATION
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from headwater.rooms.house.catalogues import languages_with_catalogues
from headwater.site.environment import data_key_of, database_of, keys_of, mail_of, secret_of

DIR = Path(os.environ.get("HEADWATER_DIR", Path.home() / ".cache" / "headwater-tooling")).resolve()
for _folder in (DIR, DIR / "mail", DIR / "sealed", DIR / "static"):
    _folder.mkdir(mode=0o700, parents=True, exist_ok=True)

STORE = Path(os.environ.get("HEADWATER_STORE", "") or DIR / "sealed")
RELEASED = DIR / "released"
KEYS = keys_of(os.environ.get("HEADWATER_KEYS", ""), DIR)
# The engine and the writers of answers know no settings: they read the environment, as every worker does.
os.environ["HEADWATER_DATA_KEY"] = os.environ.get("HEADWATER_DATA_KEY") or data_key_of(KEYS)

SECRET_KEY = secret_of(DIR)
DEBUG = False
HTTPS = os.environ.get("HEADWATER_HTTPS", "") == "1"
ALLOWED_HOSTS = [host for host in os.environ.get("HEADWATER_HOSTS", "localhost,127.0.0.1").split(",") if host]
ADDRESS = os.environ.get("HEADWATER_ADDRESS", "http://127.0.0.1:8000").rstrip("/") + "/"
ORGANISATION = os.environ.get("HEADWATER_ORGANISATION", "")

INSTALLED_APPS = [
    "headwater.site.apps.SiteConfig",
    "headwater.rooms.prove.apps.ProveConfig",
    "headwater.rooms.act.apps.ActConfig",
    "headwater.rooms.engage.apps.EngageConfig",
    "headwater.rooms.decide.apps.DecideConfig",
    "headwater.rooms.learn.apps.LearnConfig",
    "headwater.rooms.listen.apps.ListenConfig",
    "headwater.rooms.people.apps.PeopleConfig",
    "headwater.rooms.house.apps.HouseConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "headwater.rooms.house.security.SecurityHeaders",
    "headwater.rooms.act.incidents.respond_door.IncidentsDoor",
    "headwater.rooms.act.front_door.FrontDoor",
    "headwater.rooms.listen.respond_door.RespondentsDoor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "headwater.rooms.house.languages.DeskLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "headwater.rooms.house.rate_limits.LimitSignIn",
    "headwater.rooms.people.viewers.AttachViewer",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "headwater.site.urls"
WSGI_APPLICATION = "headwater.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "headwater.rooms.house.context.layout",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

DATABASES = {"default": database_of(os.environ.get("HEADWATER_DATABASE_URL", ""), DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "house_cache"}}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "headwater.rooms.people.signing_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "headwater.rooms.people.signing_in.SingleSignOnAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "headwater.rooms.people.signing_in.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
# One person's wrong passwords must not shut out the office behind the same address: failures count by account only,
# and a wide limit by address stands in `house.rate_limits`.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key", "login": "600/m/ip", "reset_password": "60/m/ip,3/10m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Headwater"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_ADAPTER = "headwater.rooms.people.signing_in.SecondFactorAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if _issuer := os.environ.get("HEADWATER_OIDC_ISSUER", ""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "office",
            "name": os.environ.get("HEADWATER_OIDC_NAME", "your organisation"),
            "client_id": os.environ.get("HEADWATER_OIDC_CLIENT", ""),
            "secret": os.environ.get("HEADWATER_OIDC_SECRET", ""),
            "settings": {"server_url": _issuer},
        }
    ]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

_mail = mail_of(os.environ.get("HEADWATER_SMTP_URL", ""))
EMAIL_BACKEND = _mail["backend"]
EMAIL_HOST, EMAIL_PORT = _mail["host"], _mail["port"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["user"], _mail["password"]
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = _mail["starttls"], _mail["tls"], 20
EMAIL_FILE_PATH = str(DIR / "mail")
DEFAULT_FROM_EMAIL = os.environ.get("HEADWATER_MAIL_FROM", "headwater@localhost")
MAIL_BOUNCES = os.environ.get("HEADWATER_MAIL_BOUNCES", "" if EMAIL_HOST else "bounces@localhost")

LANGUAGE_CODE = os.environ.get("HEADWATER_LANGUAGE", "en")
LANGUAGES = languages_with_catalogues()
DESK_LANGUAGES = ("en", "es")
"""Those whose catalogues are complete. Respondents' pages speak every one of LANGUAGES."""
LOCALE_PATHS = [Path(__file__).parents[1] / "rooms" / "house" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = ["headwater.site.formats"]
USE_TZ = True
TIME_ZONE = os.environ.get("HEADWATER_TIME_ZONE", "UTC")

STATIC_URL = "/static/"
STATIC_ROOT = DIR / "static"
_FONTS = Path(__file__).parents[1] / "reports" / "assets" / "fonts"
STATICFILES_DIRS = [("fonts", _FONTS)]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "headwater.rooms.house.views.forged"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 << 20
UPLOAD_LIMIT = 64 << 20
"""Bytes of an organisation file that are taken through the browser."""

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
"""TLS ends at the proxy; HEADWATER_HTTPS turns on what these ask for."""

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("HEADWATER_LOG", "WARNING").upper()},
    "loggers": {"django.security.DisallowedHost": {"handlers": [], "propagate": False}},
}
