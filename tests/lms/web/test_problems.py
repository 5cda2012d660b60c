import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["delete", "patch"])
def test_a_wrong_method_at_a_json_door_is_a_problem_in_words(client, method) -> None:
    answer = getattr(client, method)("/api/v1/sittings/7b0c1c7e-0000-4000-8000-000000000001/responses")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "POST"
    assert answer.json()["code"] == "wrong-method"
    assert answer.json()["title"] == f"This door takes POST and not {method.upper()}. Nothing was changed."


def test_pages_say_where_to_write_to(client, settings) -> None:
    assert f"mailto:{settings.CONTACT}" in client.get("/about/").text
