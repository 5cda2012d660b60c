"""What is remembered between two starts."""

from lms.web import preparation


def test_the_welcome_names_the_address_of_this_run_and_not_of_the_first(settings, tmp_path):
    settings.LOCAL_DIR, settings.DEMONSTRATION = tmp_path, True
    settings.PUBLIC_URL = "http://localhost:8000"
    preparation._write(preparation._remembered("Log in.\nPost: http://localhost:8000/demonstration/mail/\n"))
    settings.PUBLIC_URL = "http://localhost:8080"
    assert preparation.welcome() == ["Log in.", "Post: http://localhost:8080/demonstration/mail/"]
