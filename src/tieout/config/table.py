"""The table of settings: how this copy runs. Each field is one variable of the environment, with type, default and help."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from tieout.config.errors import CannotRunError


class SettingError(CannotRunError):
    """A variable of the environment that cannot be read. The message names it, its value and what it may be."""


def _setting(name: str, default: Any, explanation: str, *, shown: str = "") -> Any:
    return field(default=default, metadata={"name": name, "help": explanation, "shown": shown})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that the environment decides. Business rules are policy and stand elsewhere."""

    database_url: str = _setting(
        "DATABASE_URL",
        "",
        "Address of a PostgreSQL server (postgresql://user@host/name). Without it, an embedded server runs in the home.",
    )
    home: Path = _setting(
        "TIEOUT_HOME",
        Path("~/.local/share/tieout"),
        "Folder for what this copy owns: the embedded database, its secret key, the exchange folders.",
    )
    secret_key: str = _setting(
        "TIEOUT_SECRET_KEY",
        "",
        "Signs sessions and links. Give the same one to all processes of an installation.",
        shown="made once, in the file secret_key of the home",
    )
    allowed_hosts: tuple[str, ...] = _setting(
        "TIEOUT_ALLOWED_HOSTS",
        ("127.0.0.1", "localhost", "[::1]"),
        "Names under which the workbench may be asked for.",
    )
    trusted_origins: tuple[str, ...] = _setting(
        "TIEOUT_TRUSTED_ORIGINS", (), "Addresses (https://…) of a proxy in front, from which forms may be sent."
    )
    https: bool = _setting(
        "TIEOUT_HTTPS", False, "A proxy in front speaks HTTPS: cookies are sent over HTTPS only, and browsers are told."
    )
    http_address: str = _setting("TIEOUT_HTTP_ADDRESS", "127.0.0.1", "Where the workbench listens.")
    http_port: int = _setting("TIEOUT_HTTP_PORT", 8321, "Port of the workbench; 0 takes a free one.")
    http_threads: int = _setting("TIEOUT_HTTP_THREADS", 8, "Pages and calls that are answered at the same time.")
    workers: int = _setting("TIEOUT_WORKERS", 1, "Processes that do the work that waits in queues.")
    exchange: Path = _setting(
        "TIEOUT_EXCHANGE",
        Path(),
        "Folder in which files are exchanged with an ERP.",
        shown="the folder exchange of the home",
    )
    stripe_url: str = _setting(
        "TIEOUT_STRIPE_URL",
        "",
        "Address of a billing system with Stripe's interface (https://api.stripe.com). Without it, none is connected.",
    )
    stripe_key: str = _setting(
        "TIEOUT_STRIPE_KEY", "", "Secret key for the billing system: it reads, holds and finalises."
    )
    stripe_entity: str = _setting(
        "TIEOUT_STRIPE_ENTITY", "", "The company of ours whose invoices are in the billing system."
    )
    log_format: Literal["console", "json"] = _setting("TIEOUT_LOG_FORMAT", "console", "How log lines look.")
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "TIEOUT_LOG_LEVEL", "info", "The least important log line that is written."
    )
    language: Literal["en", "de"] = _setting(
        "TIEOUT_LANGUAGE",
        "en",
        "How figures and dates are written for people: 1,234.50 and 2 Dec, or 1.234,50 and 2. Dez.",
    )
    session_hours: int = _setting("TIEOUT_SESSION_HOURS", 12, "Hours until a signed-in person has to sign in again.")
    sign_in_minutes: int = _setting("TIEOUT_SIGN_IN_MINUTES", 30, "Minutes for which a one-time sign-in link is good.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One line of the reference: all as text."""

    name: str
    kind: str
    default: str
    help: str


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from an environment. Raises SettingError for a value of the wrong type, or a misspelt TIEOUT_ name."""
    known = {part.metadata["name"]: part for part in fields(Settings)}
    unknown = sorted(name for name in environ if name.startswith("TIEOUT_") and name not in known)
    if unknown:
        raise SettingError(f"No such setting: {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
    hints = get_type_hints(Settings)
    given: dict[str, Any] = {
        part.name: _parse(name, environ[name], hints[part.name])
        for name, part in known.items()
        if environ.get(name, "") != ""
    }
    settings = Settings(**given)
    home = settings.home.expanduser().absolute()
    exchange = given.get("exchange", home / "exchange")
    return Settings(**(given | {"home": home, "exchange": exchange}))


def rows() -> Iterator[SettingRow]:
    """The table for the reference, in its own order."""
    hints = get_type_hints(Settings)
    for part in fields(Settings):
        default = part.default if part.default is not MISSING else ""
        shown = part.metadata["shown"] or _written(default)
        yield SettingRow(
            name=part.metadata["name"], kind=_kind(hints[part.name]), default=shown, help=part.metadata["help"]
        )


def _parse(name: str, text: str, kind: Any) -> Any:
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise SettingError(f"{name}={text!r} is none of {', '.join(get_args(kind))}.")
        return text
    if kind is bool:
        if text.lower() not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
            raise SettingError(f"{name}={text!r} is neither yes nor no.")
        return text.lower() in {"1", "true", "yes", "on"}
    if kind is int:
        if not text.isascii() or not text.isdigit():
            raise SettingError(f"{name}={text!r} is not a whole number.")
        return int(text)
    if kind is Path:
        return Path(text).expanduser().absolute()
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _kind(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(get_args(kind))
    names: dict[object, str] = {bool: "yes or no", int: "whole number", Path: "folder", str: "text"}
    return "list, separated by commas" if isinstance(kind, types.GenericAlias) else names[kind]


def _written(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)
