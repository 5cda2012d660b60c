"""The desk shows what every floor puts on it, and an empty desk teaches the next step."""

from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string

from lms.kit import gather


def desk(cards, rf, person):
    request = rf.get("/desk/")
    request.user = person
    groups = [("certificates", "Certificates", cards)] if cards else []
    return render_to_string("web/desk.html", {"groups": groups, "empty": not cards, "user": person}, request)


def card(**facts):
    return gather.DeskCard(
        **(
            {
                "key": "c",
                "eyebrow": "Certificate",
                "title": "Lead",
                "text": "",
                "url": "/x/",
                "action": "Open",
            }
            | facts
        )
    )


@pytest.mark.django_db
def test_an_empty_desk_leads_to_the_courses(client, ada):
    client.force_login(ada)
    page = client.get("/desk/").content.decode()
    assert "Your desk is clear" in page
    assert '<a class="button" href="/courses/">Choose a course</a>' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("person", "address"), [("kai", "/register/"), ("eve", "/examiner/results/"), ("olga", "/admin/")]
)
def test_an_empty_desk_leads_who_has_an_office_to_their_work(client, request, person, address):
    client.force_login(request.getfixturevalue(person))
    page = client.get("/desk/").content.decode()
    assert f'<a class="button button-quiet" href="{address}">' in page
    assert "Choose a course" not in page


@pytest.mark.django_db
def test_a_card_says_its_standing_in_a_word_and_names_itself_in_its_link(rf, ada):
    page = desk([card(group="certificates", standing="due")], rf, ada)
    assert "standing-due" in page
    assert "</svg>Due</span>" in page
    assert 'aria-label="Open: Lead"' in page


@pytest.mark.django_db
def test_a_course_that_is_done_is_called_completed(rf, ada):
    assert "</svg>Completed</span>" in desk([card(group="learning", standing="valid")], rf, ada)


def test_mail_on_the_demonstrations_page_shows_its_links_and_escapes_its_text(rf):
    mail = {
        "sent_at": datetime(2026, 11, 23, 9, tzinfo=UTC),
        "to": "ada@example.org",
        "subject": "Confirm <your> address",
        "text": "Go to http://localhost:8000/accounts/confirm-email/abc/ <script>",
    }
    page = render_to_string("web/mail.html", {"mails": [mail]}, rf.get("/demonstration/mail/"))
    assert "Confirm &lt;your&gt; address" in page
    assert 'href="http://localhost:8000/accounts/confirm-email/abc/"' in page
    assert "&lt;script&gt;" in page
