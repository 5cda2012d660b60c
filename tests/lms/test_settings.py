"""In which mode the house stands when nobody says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ASK = "from django.conf import settings; print(settings.ENV.mode)"


def started(folder, **said: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"MODE", "SECRET_KEY", "DATABASE_URL"}
    }
    return subprocess.run(
        [sys.executable, "-c", ASK],
        env=kept | {"DJANGO_SETTINGS_MODULE": "lms.settings", "LOCAL_DIR": str(folder)} | said,
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_with_nothing_said_it_is_a_production_that_refuses_to_start(tmp_path) -> None:
    refused = started(tmp_path)
    assert refused.returncode == 1
    assert "Set SECRET_KEY and SITTING_TOKEN_KEY to random text" in refused.stderr


def test_where_setup_has_noted_a_developer_s_checkout_commands_work_at_once(tmp_path) -> None:
    (tmp_path / "mode").write_text("development\n")
    assert started(tmp_path).stdout == "development\n"


@pytest.mark.parametrize(
    ("name", "expected"), [("MODE", "SECRET_KEY and SITTING"), ("SECRET_KEY", "SITTING_TOKEN_KEY")]
)
def test_who_configures_a_production_gets_one_in_spite_of_the_note(tmp_path, name, expected) -> None:
    (tmp_path / "mode").write_text("development\n")
    refused = started(tmp_path, **{name: "production" if name == "MODE" else "x" * 40})
    assert expected in refused.stderr


def test_a_note_that_names_no_mode_is_refused_in_one_sentence(tmp_path) -> None:
    (tmp_path / "mode").write_text("holiday\n")
    assert "The environment is not usable. MODE:" in started(tmp_path).stderr


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_1"}, "Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET together"),
        ({"STRIPE_SECRET_KEY": "pk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}, "STRIPE_SECRET_KEY:"),
        ({"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}, "a key for trying out"),
    ],
)
def test_keys_of_stripe_that_would_lose_or_feign_payments_start_nothing(tmp_path, said, expected) -> None:
    refused = started(tmp_path, **PRODUCTION, **said)
    assert refused.returncode == 1 and expected in refused.stderr


PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "x" * 40,
    "SITTING_TOKEN_KEY": "y" * 40,
    "KEY_PASSPHRASE": "z" * 40,
    "EMAIL_URL": "smtp://localhost",
    "PUBLIC_URL": "https://exams.example.org",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://name@host/base"),
        ("DATABASE_URL", "postgres//name@host/base"),
        ("DATABASE_URL", "postgres://name:hidden#part@host/base"),
        ("BROKER_URL", "localhost:6379"),
        ("CACHE_URL", "memcached://host"),
        ("EMAIL_URL", "mail.example.org:587"),
        ("EMAIL_URL", "smtp+tls://name:hidden#part@mail.example.org"),
        ("EMAIL_FROM", "Registry"),
        ("PUBLIC_URL", "https://"),
        ("ALLOWED_HOSTS", "https://exams.example.org"),
        ("LOG_WITNESSES", "Nia, Ola"),
        ("RETENTION", "soon"),
        ("SOCIAL_LOGIN", '{"nobodys": {"client_id": "1"}}'),
        ("DNS_RESOLVER", "resolver.example.org"),
        ("SENTRY_DSN", "errors.example.org"),
        ("OIDC_KEY_FILE", __file__),
    ],
)
def test_a_value_that_can_t_be_used_is_named_in_one_line_and_not_repeated(tmp_path, name, value) -> None:
    environment = {"PATH": os.environ["PATH"], "LOCAL_DIR": str(tmp_path)} | PRODUCTION | {name: value}
    refused = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "check"],
        env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    [said] = refused.stderr.splitlines()
    assert refused.returncode == 1 and said.startswith("Nothing was started. ") and name in said
    assert "hidden" not in said


def told(tmp_path: Path, expressions: str, given: dict[str, str]) -> str:
    """What settings `s` are in a production to which this is given."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "LOCAL_DIR": str(tmp_path),
    }
    ask = f"from django.conf import settings as s; print({expressions})"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ask],
        env=environment | PRODUCTION | given, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_what_is_set_to_nothing_is_not_set(tmp_path) -> None:
    given = {"LIBRARY_DIR": "", "KEY_DIR": "", "MACHINES": ""}
    said = told(tmp_path, "s.LIBRARY_DIR, s.KEY_DIR.is_relative_to(s.LOCAL_DIR), s.MACHINES", given)
    assert said == "None True 1\n"


def test_letters_come_from_the_host_of_the_institution_where_nobody_says_from_whom(tmp_path) -> None:
    given = {"INSTITUTION": "Fjord, Academy", "EMAIL_URL": "smtp+tls://name:p%23w@mail.example.org"}
    said = told(tmp_path, "s.DEFAULT_FROM_EMAIL, s.CONTACT, s.MAILERS['default']['OPTIONS']['port']", given)
    assert said == '"Fjord, Academy" <registry@exams.example.org> registry@exams.example.org 587\n'


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://*.localhost:8000", "http://x.example/path"])
def test_packages_run_on_no_host_that_has_our_cookies(tmp_path, url) -> None:
    refused = started(tmp_path, MODE="test", PACKAGES_URL=url)
    assert "Set PACKAGES_URL to the address of a host of its own" in refused.stderr
