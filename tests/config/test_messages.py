"""Half a configuration of messages is refused by name; none at all is a portal that writes letters."""

from __future__ import annotations

import pytest

from config.messages import message_settings
from config.schedule import CELERY_BEAT_SCHEDULE

pytestmark = pytest.mark.gate

SECRET = "0123456789abcdef0123456789abcdef"


def test_without_variables_every_way_is_off() -> None:
    found = message_settings({})
    assert (found["email"], found["sms"], found["report_secret"]) == (None, None, "")
    assert found["working_days_to_open"] == 3


def test_mail_is_encrypted_unless_it_is_said_otherwise() -> None:
    mail = {"MAIL_HOST": "mail.example", "MAIL_FROM": "a@b.example"}
    assert message_settings(mail)["email"]["security"] == "starttls"
    assert message_settings(mail)["email"]["port"] == 587
    assert message_settings(mail | {"MAIL_SECURITY": "tls"})["email"]["port"] == 465


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"MAIL_HOST": "mail.example"}, "MAIL_FROM"),
        ({"MAIL_HOST": "mail.example", "MAIL_FROM": "a@b.example\nX: y"}, "MAIL_FROM"),
        ({"MAIL_HOST": "m", "MAIL_FROM": "a@b.vn", "MAIL_SECURITY": "ssl"}, "MAIL_SECURITY"),
        ({"SMS_URL": "https://sms.example"}, "SMS_SECRET"),
        ({"SMS_URL": "https://sms.example", "SMS_SECRET": "short"}, "SMS_SECRET"),
        ({"MESSAGES_REPORT_SECRET": "short"}, "MESSAGES_REPORT_SECRET"),
        ({"OFFICIAL_ADDRESS_NAME": "https://vidu.vn"}, "OFFICIAL_ADDRESS_NAME"),
    ],
)
def test_half_a_configuration_names_its_variable(variables: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        message_settings(variables)


def test_a_provider_names_its_own_fields() -> None:
    variables = {
        "SMS_URL": "https://sms.example",
        "SMS_SECRET": SECRET,
        "SMS_FIELDS": '{"to": "phone"}',
    }
    assert message_settings(variables)["sms"]["fields"] == {"to": "phone"}


def test_the_three_turns_of_sending_run_by_themselves() -> None:
    tasks = {entry["task"] for entry in CELERY_BEAT_SCHEDULE.values()}
    assert tasks >= {
        "citizens.tasks.send_inbox_codes",
        "notices.tasks.send_electronic",
        "notices.tasks.send_unopened_on_paper",
    }
