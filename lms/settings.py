"""Every setting of Auditorium, from the environment alone, typed, and failing loudly.

Safe by default: with nothing set this is a production that refuses to start until it has what a
production needs. `MODE=demonstration` (what `make run` sets), `development` (what `make setup` notes where
no key is set) and `test` relax that, and only these keep their secrets and files in `LOCAL_DIR`.
"""

import base64
import contextlib
import hashlib
import importlib.util
import json
import logging
import os
import re
import secrets as random_secrets
import tomllib
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
import sentry_sdk
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from kombu import Queue
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError
from pythonjsonlogger.core import RESERVED_ATTRS

BASE_DIR = Path(__file__).resolve().parent.parent


def _mode() -> str:
    """Production, unless `make setup` has noted that this is a developer's checkout and no key is set."""
    noted = Path(os.environ.get("LOCAL_DIR") or BASE_DIR / ".local") / "mode"
    if os.environ.get("SECRET_KEY") or not noted.is_file():
        return "production"
    return noted.read_text().strip()


class Environment(BaseSettings):
    """What may be set from outside. `docs/settings.md` says when to set which."""

    # Empty is not set: an empty KEY_DIR would be the folder in which the process happens to stand.
    model_config = SettingsConfigDict(env_ignore_empty=True)

    mode: Literal["production", "demonstration", "development", "test"] = Field(default_factory=_mode)  # type: ignore[arg-type]  # checked like what is set
    port: int = Field(8000, ge=1, le=65535)
    public_url: str = ""
    packages_url: str = ""
    allowed_hosts: str = ""
    trusted_proxies: int = Field(0, ge=0, le=9)
    local_dir: Path = BASE_DIR / ".local"
    library_dir: Path | None = None
    database_url: str = ""
    broker_url: str = ""
    cache_url: str = ""
    email_url: str = ""
    email_from: str = ""
    contact_email: str = ""
    secret_key: str = ""
    secret_key_former: str = ""
    sitting_token_key: str = ""
    key_vault: Literal["file", "pkcs11"] = "file"
    key_dir: Path | None = None
    key_passphrase: str = ""
    pkcs11_module: str = ""
    pkcs11_token: str = ""
    pkcs11_pin: str = ""
    vc_api: bool = False
    storage_bucket: str = ""
    storage_endpoint: str = ""
    stripe_secret_key: str = Field("", pattern=r"^((sk|rk)_(test|live)_\S+)?$")
    stripe_webhook_secret: str = ""
    stripe_api_base: str = ""
    stripe_test_mode: bool = False
    stripe_tax: bool = False
    institution: str = "Auditorium"
    timestamp_url: str = ""
    timestamp_roots: str = ""
    social_login: dict[str, dict[str, str]] = {}
    oidc_key_file: Path | None = None
    dns_resolver: str = ""
    conflict_months: int = Field(24, ge=0, le=240)
    log_origin: str = Field("", pattern=r"^[^\s+]*$", max_length=200)
    log_witnesses: str = ""
    retention: dict[str, int] = Field(default_factory=dict)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    revision: str = ""
    log_format: Literal["line", "json"] = "line"
    metrics_token: str = ""
    sentry_dsn: str = ""
    machines: int = Field(1, ge=1, le=10_000)


try:
    ENV = Environment()  # type: ignore[call-arg, unused-ignore]
except ValidationError as fault:
    wrong = "; ".join(f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in fault.errors())
    raise ImproperlyConfigured(f"The environment is not usable. {wrong}.") from None
except SettingsError as fault:
    # The library quotes the name of the field in its sentence, and says of the value only that it is no JSON.
    named = str(fault).partition('"')[2].partition('"')[0].upper()
    raise ImproperlyConfigured(
        f"The environment is not usable. {named}: it is not JSON; docs/settings.md shows how it is written."
    ) from None


def _address(name: str, schemes: tuple[str, ...], example: str) -> SplitResult | None:
    """What is set under this name, taken apart; None where nothing is. Says nothing of the value: there may be a password in it."""
    given = str(getattr(ENV, name.lower()))
    if not given:
        return None
    try:
        found = urlsplit(given)
        usable = (
            found.scheme in schemes
            and bool(found.netloc or found.path.strip("/"))
            and found.port != 0
            and not found.fragment
        )
    except ValueError:  # a port that is no number, as where a password has a sign that is not written as %23
        usable = False
    if not usable or "://" not in given:
        raise ImproperlyConfigured(
            f"{name} can't be used. It begins with {' or '.join(f'{one}://' for one in schemes)}, as in {example}; "
            "signs such as # / : @ % in a name or password are written as %23 %2F %3A %40 %25."
        )
    return found


_address(
    "DATABASE_URL", ("postgres", "postgresql", "sqlite"), "postgres://name:password@host:5432/auditorium"
)
_address("BROKER_URL", ("redis", "rediss", "amqp", "amqps"), "amqp://name:password@host:5672//")
_address("CACHE_URL", ("redis", "rediss", "unix"), "redis://host:6379/0")

PRODUCTION = ENV.mode == "production"
DEMONSTRATION = ENV.mode == "demonstration"
TESTING = ENV.mode == "test"
DEBUG = ENV.mode == "development"
INSTITUTION = ENV.institution
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
REVISION = ENV.revision
METRICS_TOKEN = ENV.metrics_token
MACHINES = ENV.machines
CONFLICT_MONTHS = ENV.conflict_months
# The authority that says at what time documents were signed, and the certificates that it is checked by.
TIMESTAMP_URL, TIMESTAMP_ROOTS = ENV.timestamp_url, ENV.timestamp_roots
if TIMESTAMP_URL and not (
    TIMESTAMP_URL.startswith(("https://", "http://")) and Path(TIMESTAMP_ROOTS).is_file()
):
    raise ImproperlyConfigured(
        "Set TIMESTAMP_URL to an address of http or https, and TIMESTAMP_ROOTS to a PEM file of the root certificates "
        "by which its time stamps are checked."
    )
# Whether addresses within this machine, and without TLS, may be called: to try webhooks out, never in production.
WEBHOOKS_WITHIN = not PRODUCTION
PORT = ENV.port
LOCAL_DIR = ENV.local_dir
LIBRARY_DIR = ENV.library_dir
PUBLIC_URL = (ENV.public_url or f"http://localhost:{PORT}").rstrip("/")
# Without a name of its own, letters come from the host that people reach: no mail server takes one from "localhost".
EMAIL_FROM = ENV.email_from or str(
    Address(INSTITUTION, "registry", urlsplit(PUBLIC_URL).hostname or "localhost")
)
# Where people write to: pages and mails name it.
CONTACT = ENV.contact_email or parseaddr(EMAIL_FROM)[1]
if "@" not in CONTACT:
    raise ImproperlyConfigured(
        "Set EMAIL_FROM to an address, such as: Registry <registry@institution.example>."
    )
# What the log of the register calls itself in its checkpoints, also when it has moved to another address.
LOG_ORIGIN = ENV.log_origin or PUBLIC_URL.partition("://")[2] + "/log"
LOG_WITNESSES = [address.strip() for address in ENV.log_witnesses.split(",") if address.strip()]
if any(not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address) for address in LOG_WITNESSES):
    raise ImproperlyConfigured(
        "LOG_WITNESSES is mail addresses separated by commas, without names: a@one.example,b@two.example"
    )
# The clock may be moved where nobody's certificate depends on it, and nowhere else.
CLOCK_MAY_MOVE = DEMONSTRATION or TESTING
CLOCK_FILE = LOCAL_DIR / "clock"


@dataclass(frozen=True)
class Secrets:
    """Keys for separate purposes, so that the loss of one does not open the others."""

    django: str
    sitting_token: str
    demonstration_password: str

    @property
    def demonstration_totp(self) -> str:
        """The second factor of the demonstration's staff: what an authenticator app is given."""
        return base64.b32encode(hashlib.sha256(f"totp:{self.django}".encode()).digest()[:20]).decode()


def _secrets() -> Secrets:
    if PRODUCTION:
        missing = [name for name in ("secret_key", "sitting_token_key") if len(getattr(ENV, name)) < 32]
        if missing:
            names = " and ".join(name.upper() for name in missing)
            raise ImproperlyConfigured(
                f"Set {names} to random text of at least 32 characters (a different one each). "
                "To look at Auditorium without any of this, type: make run"
            )
        return Secrets(ENV.secret_key, ENV.sitting_token_key, "")
    kept = LOCAL_DIR / "secrets" / "keys.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = {
            "django": random_secrets.token_urlsafe(48),
            "sitting_token": random_secrets.token_urlsafe(48),
            "demonstration_password": "-".join(random_secrets.token_hex(2) for _ in range(3)),
        }
        part = kept.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(json.dumps(fresh, indent=1))
        try:
            # A link refuses to replace: of two processes started at once, one set of keys wins.
            os.link(part, kept)
        except FileExistsError:
            pass
        part.unlink()
    return Secrets(**json.loads(kept.read_text()))


SECRETS = _secrets()
SECRET_KEY = SECRETS.django
# While one is being replaced: what was signed with it (sessions, links in letters) goes on holding.
SECRET_KEY_FALLBACKS = [ENV.secret_key_former] if ENV.secret_key_former else []

# --- keys with which documents are signed ---------------------------------------------------------

KEY_VAULT = ENV.key_vault
KEY_DIR = ENV.key_dir or LOCAL_DIR / "secrets" / "keys"
# Outside production the keys are nobody's, and lie encrypted all the same, under what is at hand.
KEY_PASSPHRASE = ENV.key_passphrase or ("" if PRODUCTION else SECRETS.django)
PKCS11_MODULE, PKCS11_TOKEN, PKCS11_PIN = ENV.pkcs11_module, ENV.pkcs11_token, ENV.pkcs11_pin
if KEY_VAULT == "file" and len(KEY_PASSPHRASE) < 20:
    raise ImproperlyConfigured(
        "Set KEY_PASSPHRASE to at least 20 characters, under which the keys that sign certificates lie "
        "encrypted in KEY_DIR; or KEY_VAULT=pkcs11 with PKCS11_MODULE, PKCS11_TOKEN and PKCS11_PIN."
    )
if KEY_VAULT == "pkcs11" and not (PKCS11_MODULE and PKCS11_TOKEN and PKCS11_PIN):
    raise ImproperlyConfigured("KEY_VAULT=pkcs11 needs PKCS11_MODULE, PKCS11_TOKEN and PKCS11_PIN.")

# A door that signs whatever it is given, for public suites of conformance: in the mode of tests alone.
VC_API = TESTING and ENV.vc_api

# --- where we are reached -----------------------------------------------------------------------

_public = urlsplit(PUBLIC_URL)
if PRODUCTION and (_public.scheme != "https" or not _public.hostname):
    raise ImproperlyConfigured(
        "Set PUBLIC_URL to the https address under which people reach this institution."
    )
ALLOWED_HOSTS = [host.strip() for host in ENV.allowed_hosts.split(",") if host.strip()] or [
    _public.hostname or "localhost"
]
if any(not re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:.]+\]", host) for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is names separated by commas, without https:// and without ports: institution.example,www.institution.example"
    )
if not PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Where packages of other programs run, apart from everything that has a cookie; `*` stands for a name of each package's own.
PACKAGES_URL = ENV.packages_url.rstrip("/")
if not PACKAGES_URL and not PRODUCTION and _public.hostname == "localhost":
    PACKAGES_URL = f"http://*.packages.localhost:{_public.port or 80}"
_packages = urlsplit(PACKAGES_URL)
# With a dot before it, it stands for every name under it, as in ALLOWED_HOSTS.
PACKAGES_HOST = (_packages.hostname or "").removeprefix("*")
if PACKAGES_URL and (
    not PACKAGES_HOST.strip(".")
    or f".{_public.hostname}".endswith(PACKAGES_HOST)
    or _packages.path
    or (PRODUCTION and _packages.scheme != "https")
):
    raise ImproperlyConfigured(
        "Set PACKAGES_URL to the address of a host of its own (https://packages.example.net, or "
        "https://*.packages.example.net with a name for each package), or leave it out: then packages of other programs are not run."
    )
if PACKAGES_HOST:
    ALLOWED_HOSTS.append(PACKAGES_HOST)
# How many proxies of ours stand in between: what they note of the asker's address is believed, and no more.
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = ENV.trusted_proxies
SECURE = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Over https alone, for this host alone, and not to be set by a neighbouring name.
COOKIE_PREFIX = "__Host-" if SECURE else ""
MESSAGE_STORAGE = "lms.web.notes.Storage"
if SECURE:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}session", f"{COOKIE_PREFIX}csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- the house ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "certificates",
    "exams",
    "courses",
    "lms.billing",
    "lms.organisations",
    "lms.accounts",
    "lms.privacy",
    "lms.notifications",
    "lms.audit",
    "lms.jobs",
    "lms.web",
    "wagtail_localize",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.idp.oidc",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "lms.web.middleware.TraceMiddleware",
    "lms.web.middleware.PolicyMiddleware",
    "lms.web.middleware.HealthMiddleware",
    "lms.web.middleware.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "lms.audit.middleware.OriginMiddleware",
    "lms.web.middleware.DoorMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "lms.web.freshness.FreshnessMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lms.organisations.middleware.ImpersonationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lms.accounts.middleware.AccountsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lms.privacy.middleware.LegalMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.web.context.institution",
            ],
        },
    }
]
FORM_RENDERER = "lms.web.forms.Renderer"

# --- content-security policy: nothing inline, nothing from elsewhere --------------------------------

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}
# Five widget templates of the Wagtail admin carry inline scripts and styles; the relaxation is for
# /admin/ alone (lms/web/middleware.py).
ADMIN_CSP = SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
}

# --- data ----------------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(ENV.database_url or f"sqlite:///{LOCAL_DIR / 'auditorium.sqlite3'}")
}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that will write takes its place at its beginning, so that two writers
    # wait for each other instead of failing. FULL: what was acknowledged survives a power cut.
    _database["CONN_MAX_AGE"] = None
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    INSTALLED_APPS.append("django.contrib.postgres")
    _database["CONN_MAX_AGE"] = 0
    # For lms/db/prepared.py alone; the models' own statements carry their values within and are never planned ahead.
    _database["OPTIONS"] = (
        {"prepare_threshold": 5}
        | _database.get("OPTIONS", {})
        | ({} if TESTING else {"pool": {"min_size": 1, "max_size": 4, "timeout": 3}})
    )
_database["ATOMIC_REQUESTS"] = False

if ENV.cache_url:
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "lms.web.caching.Shared",
            "LOCATION": ENV.cache_url,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
else:
    # Room for the counts of throttles: at Django's 300 entries a crowd of askers would wipe out its own counts.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }
SESSION_ENGINE = "django.contrib.sessions.backends.db"

STATIC_URL = "/static/"
STATIC_ROOT = LOCAL_DIR / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that isn't there
MEDIA_ROOT = LOCAL_DIR / "media"
# Locks alone: who reads what strangers send, on this machine.
READING_DIR = LOCAL_DIR / "reading"
MEDIA_URL = "/media/"
_static = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG or TESTING
    else "lms.web.storage.HashedStaticFiles"
)
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}
if ENV.storage_bucket:
    from botocore.config import Config

    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": ENV.storage_bucket,
            "endpoint_url": ENV.storage_endpoint or None,
            "file_overwrite": False,  # what is stored was issued, and stays as it is
            # The library's own patience is four times a minute: whoever asks after our health, and the thread that a
            # page is made by, would wait for it.
            "client_config": Config(connect_timeout=3, read_timeout=15, retries={"total_max_attempts": 2}),
        },
    }

# --- jobs: the truth is a row, the broker is a bell ---------------------------------------------------

CELERY_BROKER_URL = ENV.broker_url or "filesystem://localhost"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A bell whose worker died is heard by another; and one that is busy holds none back for itself. How long a task may take
# is the lease of its kind (lms/jobs/queue.py): when it has lapsed, another worker may claim the row.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Its queue bears the machine's name and is one process's own on RabbitMQ: a second worker on a machine would not start.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A bell that can't be rung must not hold up the request that rings it: the sweep will find the row.
# Nor may a broker that takes the call and says nothing: Redis by its sockets' time-outs (longer than a worker's own
# wait for bells, which is a second), RabbitMQ by that of its connection.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "max_retries": 0,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
if ENV.broker_url.startswith("amqp"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "max_retries": 0,
        "connect_timeout": 2,
        "read_timeout": 5,
        "write_timeout": 5,
    }
CELERY_BROKER_CONNECTION_TIMEOUT = 2
# Once more at once on RabbitMQ, for that is what takes a connection away which died with the broker and makes another:
# without it beat and web go on ringing at the dead one for ever.
CELERY_TASK_PUBLISH_RETRY = ENV.broker_url.startswith("amqp")
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
# However long the broker was away, a worker goes on trying to reach it.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
if ENV.broker_url.startswith("redis"):
    # Longer than any lease: Redis would hand out the bell of a long task while it is at work, again and again.
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"visibility_timeout": 7200, "unacked_restore_throttle": 1}
# A queue for each urgency (lms/jobs/states.py); a worker without --queue serves them all. On RabbitMQ they are
# quorum queues, which a node may leave without a bell lost.
CELERY_TASK_QUEUES = [Queue(name) for name in ("urgent", "usual", "slow")]
if ENV.broker_url.startswith("amqp"):
    CELERY_TASK_QUEUES = [
        Queue(one.name, queue_arguments={"x-queue-type": "quorum"}) for one in CELERY_TASK_QUEUES
    ]
CELERY_TASK_DEFAULT_QUEUE = "usual"
if not ENV.broker_url:
    _bells = LOCAL_DIR / "bells"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_bells / "queue"),
        "data_folder_out": str(_bells / "queue"),
        "control_folder": str(_bells / "control"),
        "polling_interval": 0.05,
    }
# "off": rows are written and no bell is rung; tests drain the queue themselves.
JOBS_BELL = "off" if TESTING else "celery"

# --- people --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["lms.accounts.adapter.Backend"]
PASSWORD_HASHERS = [
    "lms.accounts.hashers.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lms.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SIGNUP_FORM_CLASS = "lms.accounts.forms.SignupForm"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = INSTITUTION
# In a demonstration one person signs in several times within the half minute for which a code holds.
MFA_TOTP_TOLERANCE = 0 if PRODUCTION else 1
MFA_ADAPTER = "lms.accounts.adapter.MFAAdapter"
SOCIALACCOUNT_ADAPTER = "lms.accounts.adapter.SocialAdapter"
# A link, not a form: our policy lets no form lead to another house (docs/decisions/0029-who-signs-in-by-whom.md).
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": app.get("client_id", ""), "secret": app.get("secret", "")}]}
    for name, app in ENV.social_login.items()
}
for _provider in ENV.social_login:
    if not _provider.isidentifier() or not importlib.util.find_spec(
        f"allauth.socialaccount.providers.{_provider}"
    ):
        raise ImproperlyConfigured(
            f"SOCIAL_LOGIN names {_provider!r}, and django-allauth has no provider of that name."
        )
INSTALLED_APPS += [f"allauth.socialaccount.providers.{name}" for name in ENV.social_login]
# May an organisation's sign-in be at an address without TLS, or within this machine: to try it out.
SIGN_IN_WITHIN = not PRODUCTION
# At which resolver domains are looked up, as address:port; the machine's own where it is empty.
DNS_RESOLVER = ENV.dns_resolver
if DNS_RESOLVER and not re.fullmatch(r"\[?[0-9a-fA-F:.]+\]?:\d{1,5}", DNS_RESOLVER):
    raise ImproperlyConfigured(
        "Set DNS_RESOLVER to address:port of a resolver, as in 192.0.2.53:53, or leave it out."
    )


def _oidc_key() -> str:
    """The key by which we say to other tools who has signed in; empty where they may not ask."""
    if ENV.oidc_key_file is not None:
        if not ENV.oidc_key_file.is_file():
            raise ImproperlyConfigured(
                "OIDC_KEY_FILE is not a file. Give a private RSA key in PEM, or leave it out."
            )
        given = ENV.oidc_key_file.read_bytes()
        try:
            private = serialization.load_pem_private_key(given, password=None)
        except (ValueError, TypeError):
            private = None
        if not isinstance(private, rsa.RSAPrivateKey):
            raise ImproperlyConfigured(
                "OIDC_KEY_FILE holds no private RSA key in PEM without a passphrase. Make one: openssl genrsa -out oidc.pem 2048"
            )
        return given.decode()
    if PRODUCTION:
        return ""
    kept = LOCAL_DIR / "secrets" / "oidc.pem"
    if not kept.exists():
        fresh = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        part = kept.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_bytes(
            fresh.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        with contextlib.suppress(FileExistsError):
            os.link(part, kept)
        part.unlink()
    return kept.read_text()


IDP_OIDC_PRIVATE_KEY = _oidc_key()
IDP_OIDC_ADAPTER = "lms.accounts.adapter.ToolsAdapter"

# --- mail: written to an outbox table first, sent by the worker ------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM
_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_mail = _address("EMAIL_URL", tuple(_MAIL_PORTS), "smtp+tls://name:password@mail.example.org:587")
if _mail is not None:
    _mailer: dict[str, Any] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": _mail.hostname or "localhost",
            "port": _mail.port or _MAIL_PORTS[_mail.scheme],
            "username": unquote(_mail.username or ""),
            "password": unquote(_mail.password or ""),
            "use_tls": _mail.scheme == "smtp+tls",
            "use_ssl": _mail.scheme == "smtps",
            "timeout": 20,
        },
    }
elif PRODUCTION:
    raise ImproperlyConfigured("Set EMAIL_URL, for example smtp+tls://name:password@mail.example.org:587.")
else:
    _mailer = {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
MAILERS = {"default": _mailer}

# --- what is let go of by age, in days (docs/privacy.md) -----------------------------------------------

_RETENTION = {
    "accounts.sessions": 0,  # that have ended
    "audit.origins": 90,
    "notifications.notices": 730,
    "privacy.archives": 7,
}
if not set(ENV.retention) <= set(_RETENTION) or min(ENV.retention.values(), default=1) < 1:
    raise ImproperlyConfigured(
        f'RETENTION is JSON of days, such as {{"audit.origins": 30}}; it knows {", ".join(sorted(_RETENTION))}.'
    )
RETENTION = _RETENTION | ENV.retention

# --- words and times ---------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
# What a person's letters may be in, and the pages about accounts and organisations (docs/languages.md).
LANGUAGES = LETTER_LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
# What lessons may be translated into; the first is that in which they are written.
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
# A translation is a draft until it was reviewed, also that of a lesson which is published.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- Wagtail -------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = INSTITUTION
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILADMIN_LOGIN_URL = "/admin/login/"  # a door of ours: lms/web/views/staff.py
# Passwords are changed where the other people's are, with the second step and the limits in between.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# An address is somebody's once mail to it arrives: the admin would take any.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
# Every autosave is a revision in the name of whoever has the page open. An editor who only reads and
# approves would become its latest author, and nobody approves their own text.
WAGTAIL_AUTOSAVE_INTERVAL = 0
WAGTAIL_FINISH_WORKFLOW_ACTION = "courses.actions.reviewing.publish"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- payments ---------------------------------------------------------------------------------------------

STRIPE_SECRET_KEY = ENV.stripe_secret_key
STRIPE_API_BASE = ENV.stripe_api_base
# Two while one is being replaced by the other.
STRIPE_WEBHOOK_SECRETS = tuple(one.strip() for one in ENV.stripe_webhook_secret.split(",") if one.strip())
STRIPE_TEST_MODE = bool(STRIPE_SECRET_KEY) and "_test_" in STRIPE_SECRET_KEY[:8]
STRIPE_TAX = ENV.stripe_tax
if bool(STRIPE_SECRET_KEY) != bool(STRIPE_WEBHOOK_SECRETS):
    raise ImproperlyConfigured(
        "Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET together: without the second nobody tells us who has paid."
    )
if PRODUCTION and STRIPE_TEST_MODE and not ENV.stripe_test_mode:
    raise ImproperlyConfigured(
        "STRIPE_SECRET_KEY is a key for trying out: no money would move, and certificates would be real. Set a live "
        "key, or STRIPE_TEST_MODE=1 to try out an institution that isn't open yet."
    )

# --- what is written down -------------------------------------------------------------------------------


def _without_trace_if_refused(record: logging.LogRecord) -> bool:
    if record.name == "django.request" and record.levelno < logging.ERROR:
        record.exc_info = None
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # A visit that was refused is a line; a trace of calls is for what broke.
    "filters": {
        "refusals": {"()": "django.utils.log.CallbackFilter", "callback": _without_trace_if_refused},
        "facts": {"()": "lms.kit.tracing.Facts"},
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s%(told)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            "reserved_attrs": [*RESERVED_ATTRS, "told"],
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": ENV.log_format,
            "filters": ["refusals", "facts"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING" if TESTING else ENV.log_level},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
        # Wagtail says each save in three lines; the trail and its own log keep who did what.
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        # At each start on RabbitMQ it warns of messages with an hour: bells have none, what waits stands in its row.
        "kombu.transport.native_delayed_delivery": {"level": "ERROR"},
    },
}

# What an event of a fault keeps when it leaves for a collector of errors, beside the lines that the fault came through.
_TOLD = (
    "event_id", "timestamp", "level", "logger", "platform", "release", "environment", "transaction", "transaction_info",
    "modules", "sdk",
)  # fmt: skip


def _places_alone(event: Any, _hint: Any) -> Any:
    """What broke and where in the code; the pattern of the address or the name of the task; the name of the request, by which
    the log has the rest.

    Words of faults stay here, for they quote: a mail server whom it refused, a database the row that stood in the way. So do
    addresses that were asked for (some carry a secret), arguments, and what happened before.
    """
    told: dict[str, Any] = {key: event[key] for key in _TOLD if key in event}
    if "exception" in event:
        told["exception"] = {"values": [{**one, "value": ""} for one in event["exception"].get("values", ())]}
    if pattern := event.get("logentry", {}).get("message"):
        told["logentry"] = {"message": pattern, "formatted": pattern}
    if name := event.get("extra", {}).get("request"):
        told["tags"] = {"request": str(name)}
    return told


if ENV.sentry_dsn:
    # What broke and where in the code: no bodies, no cookies, no addresses of people, no values of variables,
    # among which there are answers of candidates and keys.
    try:
        sentry_sdk.init(
            dsn=ENV.sentry_dsn,
            release=f"auditorium@{VERSION}+{REVISION}" if REVISION else f"auditorium@{VERSION}",
            environment=ENV.mode,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            before_send=_places_alone,
        )
    except sentry_sdk.utils.BadDsn:
        raise ImproperlyConfigured(
            "SENTRY_DSN can't be used. It looks like https://key@errors.example.org/1, as the collector shows it."
        ) from None
