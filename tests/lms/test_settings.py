"""In which mode the house stands when nobody says so."""

import os
import subprocess
import sys

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
    production = {
        "MODE": "production",
        "SECRET_KEY": "x" * 40,
        "SITTING_TOKEN_KEY": "y" * 40,
        "KEY_PASSPHRASE": "z" * 40,
        "EMAIL_URL": "smtp://localhost",
        "PUBLIC_URL": "https://exams.example.org",
    }
    refused = started(tmp_path, **production, **said)
    assert refused.returncode == 1 and expected in refused.stderr


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://*.localhost:8000", "http://x.example/path"])
def test_packages_run_on_no_host_that_has_our_cookies(tmp_path, url) -> None:
    refused = started(tmp_path, MODE="test", PACKAGES_URL=url)
    assert "Set PACKAGES_URL to the address of a host of its own" in refused.stderr
