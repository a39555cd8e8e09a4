"""Settings are read once, typed, and a wrong one is named with what it may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from pydantic import ValidationError

from tieout.config.secret import ensure_secret, read_secret
from tieout.config.table import SettingError, Settings, read, rows


def test_an_empty_environment_is_enough_and_stays_on_the_loopback() -> None:
    settings = read({})
    assert settings.database_url == ""
    assert settings.http_address == "127.0.0.1"
    assert set(settings.allowed_hosts) == {"127.0.0.1", "localhost", "[::1]"}
    assert settings.home == Path.home() / ".local/share/tieout"
    assert settings.exchange == settings.home / "exchange"


def test_each_type_is_read() -> None:
    settings = read(
        {
            "TIEOUT_HOME": "~/books",
            "TIEOUT_ALLOWED_HOSTS": "a.example, b.example,",
            "TIEOUT_HTTPS": "Yes",
            "TIEOUT_HTTP_PORT": "0",
            "TIEOUT_LOG_FORMAT": "json",
            "TIEOUT_EXCHANGE": "/exchange",
            "TIEOUT_WORKERS": "",
        }
    )
    assert settings == Settings(
        home=Path.home() / "books",
        allowed_hosts=("a.example", "b.example"),
        https=True,
        http_port=0,
        log_format="json",
        exchange=Path("/exchange"),
        seal_witness=Path.home() / "books" / "seals.witness",
        seal_key=Path.home() / "books" / "seal_key",
    )


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("TIEOUT_HTTP_PORT", "-1", "TIEOUT_HTTP_PORT='-1' is not a whole number."),
        ("TIEOUT_HTTP_PORT", "١", "TIEOUT_HTTP_PORT='١' is not a whole number."),
        ("TIEOUT_HTTP_PORT", "1_000", "TIEOUT_HTTP_PORT='1_000' is not a whole number."),
        ("TIEOUT_HTTP_PORT", "80.0", "TIEOUT_HTTP_PORT='80.0' is not a whole number."),
        ("TIEOUT_HTTPS", "y", "TIEOUT_HTTPS='y' is neither yes nor no."),
        ("TIEOUT_HTTPS", "maybe", "TIEOUT_HTTPS='maybe' is neither yes nor no."),
        ("TIEOUT_LOG_FORMAT", "xml", "TIEOUT_LOG_FORMAT='xml' is none of console, json."),
        ("TIEOUT_HTTP_PROT", "80", "No such setting: TIEOUT_HTTP_PROT. There are: .*TIEOUT_HTTP_PORT"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        read({name: value})


def test_nothing_is_read_but_what_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TIEOUT_HTTP_PORT", "1")
    monkeypatch.setenv("HTTP_PORT", "2")
    monkeypatch.setenv("HOME_", "3")
    (tmp_path / ".env").write_text("TIEOUT_HTTP_PORT=4\n")
    monkeypatch.chdir(tmp_path)
    assert Settings().http_port == read({}).http_port == 8321
    assert read({"TIEOUT_HTTP_PORT": "5"}).http_port == 5


def test_secrets_are_not_shown_and_settings_do_not_change() -> None:
    settings = read({"TIEOUT_SECRET_KEY": "topsecret", "TIEOUT_STRIPE_KEY": "sk_topsecret"})
    assert "topsecret" not in repr(settings)
    assert settings.secret_key == "topsecret"
    with pytest.raises(ValidationError):
        settings.http_port = 1
    assert hash(settings) == hash(read({"TIEOUT_SECRET_KEY": "topsecret", "TIEOUT_STRIPE_KEY": "sk_topsecret"}))


def test_the_reference_has_a_line_for_each_setting() -> None:
    lines = {row.name: row for row in rows()}
    assert len(lines) == len(Settings.model_fields)
    assert all(row.help.endswith(".") and row.kind for row in lines.values())
    assert (lines["TIEOUT_HTTPS"].kind, lines["TIEOUT_HTTPS"].default) == ("yes or no", "no")
    assert lines["TIEOUT_HOME"].default == "~/.local/share/tieout"
    assert "secret_key" in lines["TIEOUT_SECRET_KEY"].default


def test_a_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert read_secret(home) == ""
    made = ensure_secret(home)
    assert len(made) >= 50
    assert ensure_secret(home) == read_secret(home) == made
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["secret_key"]


def test_django_is_strict() -> None:
    from django.conf import settings

    assert settings.DEBUG is False
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.X_FRAME_OPTIONS == "DENY"
    assert settings.USE_TZ
    assert settings.TIME_ZONE == "UTC"
    assert settings.AUTH_USER_MODEL == "identity.User"
    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE


def test_nothing_but_the_table_reads_the_environment_for_settings() -> None:
    source = Path(__file__).parents[2] / "src/tieout/config/settings.py"
    reads = [node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Attribute)]
    assert [ast.unparse(node) for node in reads if node.attr == "environ"] == ["os.environ"]
