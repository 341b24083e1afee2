"""Settings: what each variable accepts, and that all mistakes come at once, each with its remedy."""

from __future__ import annotations

import pydantic
import pytest

from connect_operator import config
from connect_operator.config import Address, Settings, SettingsError, load_settings, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("600", 600),
        ("600s", 600),
        ("10m", 600),
        ("1h30m", 5400),
        ("1h0m1s", 3601),
        ("0.5s", 0.5),
        ("0", 0),
        (" 5m ", 300),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "10 m", "-5s", "1d", "5m1h", "1e3", "inf", "nan", "\u0661s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


def test_defaults() -> None:
    settings = load_settings({"PATH": "/bin", "AWS_REGION": "us-east-1"})
    assert settings == Settings()
    assert settings.cluster_id is None
    assert settings.consistency_window == 600
    assert settings.slow_retry == 300
    assert settings.resync_interval == 300
    assert settings.aws_threads == 16
    assert settings.health_address == Address("127.0.0.1", 8080)
    assert settings.metrics_address == Address("127.0.0.1", 9090)
    assert settings.log_level == "INFO"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("cluster_id", "prod-eu-1", "prod-eu-1"),
        ("cluster_id", "a" * 36, "a" * 36),
        ("consistency_window", "2m", 120.0),
        ("consistency_window", "0", 0.0),
        ("health_address", "0.0.0.0:8081", Address("0.0.0.0", 8081)),  # noqa: S104 - parsed, not listened on
        ("health_address", ":8081", Address("", 8081)),
        ("health_address", "[::1]:8081", Address("::1", 8081)),
        ("health_address", "", None),
        ("metrics_address", "127.0.0.1:0", None),
        ("metrics_address", ":0", None),
        ("log_format", "JSON", "json"),
        ("log_level", "debug", "DEBUG"),
        ("aws_threads", "4", 4),
        ("aws_threads", " 4 ", 4),
        *(("leader_election", text, True) for text in ("true", "True", "1", "yes", "on")),
        *(("leader_election", text, False) for text in ("false", "FALSE", "0", "no", "off")),
        ("lease_namespace", "a-1", "a-1"),
    ],
)
def test_what_each_variable_accepts(name: str, text: str, value: object) -> None:
    settings = load_settings({f"CONNECT_OPERATOR_{name.upper()}": text})
    assert getattr(settings, name) == value


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("CLUSTER_ID", "a" * 37, "at most 36"),
        ("CLUSTER_ID", "prod/eu", "A-Z"),
        ("CLUSTER_ID", "prod\n", "A-Z"),
        ("CLUSTER_ID", "", "leave it out"),
        ("CONSISTENCY_WINDOW", "-1s", "600s or 10m"),
        ("SLOW_RETRY", "0", "above 0"),
        ("RESYNC_INTERVAL", "often", "300s or 5m"),
        ("AWS_THREADS", "0", "from 1 to 256"),
        ("AWS_THREADS", "many", "from 1 to 256"),
        ("AWS_THREADS", "4.5", "from 1 to 256"),
        ("AWS_THREADS", "null", "from 1 to 256"),
        ("LEADER_ELECTION", "maybe", "true or false"),
        ("LEADER_ELECTION", "", "true or false"),
        ("LEASE_NAMESPACE", "A", "name of a namespace"),
        ("LEASE_NAMESPACE", "a\n", "name of a namespace"),
        ("HEALTH_ADDRESS", "8080", "HOST:PORT"),
        ("HEALTH_ADDRESS", "localhost:http", "HOST:PORT"),
        ("METRICS_ADDRESS", "localhost:65536", "HOST:PORT"),
        ("METRICS_ADDRESS", "::1:9090", "[::1]"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO"),
    ],
)
def test_a_mistake_names_variable_value_and_remedy(name: str, text: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({f"CONNECT_OPERATOR_{name}": text})
    (line,) = str(caught.value).splitlines()[1:]
    assert f"CONNECT_OPERATOR_{name}={text!r}" in line
    assert remedy in line


def test_all_mistakes_are_told_at_once() -> None:
    environ = {
        "CONNECT_OPERATOR_LOG_LEVEL": "loud",
        "CONNECT_OPERATOR_SLOW_RETRY": "never",
        "CONNECT_OPERATOR_SLOWRETRY": "5m",
        "CONNECT_OPERATOR_FROBNICATE": "1",
        "CONNECT_OPERATOR_CACHE": "/var/cache",
    }
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    text = str(caught.value)
    assert [line.split(":")[0].split("=")[0].strip() for line in text.splitlines()[1:]] == [
        "CONNECT_OPERATOR_FROBNICATE",
        "CONNECT_OPERATOR_SLOWRETRY",
        "CONNECT_OPERATOR_SLOW_RETRY",
        "CONNECT_OPERATOR_LOG_LEVEL",
    ]
    assert "did you mean CONNECT_OPERATOR_SLOW_RETRY" in text


def test_every_setting_has_a_remedy() -> None:
    assert Settings.model_fields.keys() == set(config._REMEDIES)  # noqa: SLF001 - a table of its own


def test_settings_are_frozen() -> None:
    with pytest.raises(pydantic.ValidationError):
        Settings().aws_threads = 3


@pytest.mark.parametrize(
    ("given", "terminal", "used"),
    [(None, True, "text"), (None, False, "json"), ("json", True, "json"), ("text", False, "text")],
)
def test_log_format_by_default_depends_on_the_terminal(given: str | None, terminal: bool, used: str) -> None:  # noqa: FBT001 - a case of the table
    environ = {} if given is None else {"CONNECT_OPERATOR_LOG_FORMAT": given}
    assert load_settings(environ).resolved_log_format(terminal=terminal) == used
