"""What is served of our scripts."""

from django.core.management import call_command

from lms.web.storage import lean


def test_a_comment_stays_at_home_and_what_only_looks_like_one_goes_out() -> None:
    source = b'// why\nconst a = "//host";  // beside\n/** What it gives. */\n  // more\nexport const b = `${a}/x`;\n'
    assert lean(source) == b'const a = "//host";  // beside\nexport const b = `${a}/x`;\n'


def test_collected_scripts_of_ours_have_no_line_of_comment_and_those_of_others_are_as_they_came(
    tmp_path, settings
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "lms.web.storage.HashedStaticFiles"}}
    call_command("collectstatic", verbosity=0, interactive=False)
    player = (tmp_path / "exams" / "state.js").read_text()
    assert "export" in player
    assert not [line for line in player.splitlines() if line.lstrip().startswith("//")]
    [ours] = (tmp_path / "exams").glob("state.*.js")
    assert ours.read_text().count("\n") == player.count("\n")
    vendored = "courses/scorm-again/scorm12.min.js"
    home = settings.BASE_DIR / "courses" / "static" / vendored
    assert (tmp_path / vendored).read_bytes() == home.read_bytes()
