"""The table of settings. Each field is one variable of the environment, with type, default and help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import BeforeValidator, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from tieout.config.errors import CannotRunError
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.wording.catalogue import marked

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})


class SettingError(CannotRunError):
    """A variable of the environment that cannot be read. The message names it, its value and what it may be."""


def _yes_or_no(value: Any) -> Any:
    if isinstance(value, str):
        if value.lower() not in _YES | _NO:
            raise ValueError(marked("is neither yes nor no."))
        return value.lower() in _YES
    return value


def _whole(value: Any) -> Any:
    """Digits only: pydantic alone takes "1_000", "80.0" and digits of any script."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError(marked("is not a whole number."))
    return value


def _folder(value: Any) -> Any:
    return Path(value).expanduser().absolute() if isinstance(value, str) else value


def _list(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Whole = Annotated[int, BeforeValidator(_whole)]
Folder = Annotated[Path, BeforeValidator(_folder)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_list)]


def _setting(name: str, default: Any, explanation: str, *, shown: str = "", secret: YesNo = False) -> Any:
    extra: dict[str, Any] = {"name": name, "shown": shown}
    return Field(default=default, description=explanation, json_schema_extra=extra, repr=not secret)


class Settings(BaseSettings):
    """Everything that the environment decides. Business rules are policy.

    Made by `read`: without it, nothing is read from the environment, so that tests and tools say what they mean.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the names are pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What it is made with, and nothing else: no environment, no files."""
        return (init_settings,)

    database_url: str = _setting(
        "DATABASE_URL",
        "",
        "Address of a PostgreSQL server (postgresql://user@host/name). Without it, an embedded server runs in the home.",
    )
    home: Folder = _setting(
        "TIEOUT_HOME",
        Path("~/.local/share/tieout"),
        "Folder of this installation (its home): the embedded database, its secret key, the exchange folders.",
    )
    secret_key: str = _setting(
        "TIEOUT_SECRET_KEY",
        "",
        "Signs sessions and links. Give the same one to all processes of an installation.",
        shown="made once, in the file secret_key of the home",
        secret=True,
    )
    allowed_hosts: Words = _setting(
        "TIEOUT_ALLOWED_HOSTS",
        ("127.0.0.1", "localhost", "[::1]"),
        "Names under which the web interface may be asked for.",
    )
    trusted_origins: Words = _setting(
        "TIEOUT_TRUSTED_ORIGINS", (), "Addresses (https://…) of a proxy in front, from which forms may be sent."
    )
    https: YesNo = _setting(
        "TIEOUT_HTTPS",
        False,
        "A proxy in front speaks HTTPS: cookies are sent over HTTPS only, and browsers are made to use it (HSTS).",
    )
    http_address: str = _setting("TIEOUT_HTTP_ADDRESS", "127.0.0.1", "Where the web interface listens.")
    http_port: Whole = _setting("TIEOUT_HTTP_PORT", 8321, "Port of the web interface; 0 takes a free one.")
    http_threads: Whole = _setting("TIEOUT_HTTP_THREADS", 8, "Pages and calls that are answered at the same time.")
    requests_per_person: Whole = _setting(
        "TIEOUT_REQUESTS_PER_PERSON",
        600,
        "Pages and calls that one person may ask for in a minute; 0: as many as they like.",
    )
    requests_per_address: Whole = _setting(
        "TIEOUT_REQUESTS_PER_ADDRESS",
        3000,
        "Pages and calls that one network address may ask for in a minute, signed in or not; 0: as many as it likes.",
    )
    workers: Whole = _setting("TIEOUT_WORKERS", 1, "Worker processes, which carry out jobs in the background.")
    exchange: Folder = _setting(
        "TIEOUT_EXCHANGE",
        Path(),
        "Folder in which files are exchanged with an ERP.",
        shown="the folder exchange of the home",
    )
    seal_witness: Folder = _setting(
        "TIEOUT_SEAL_WITNESS",
        Path(),
        "File outside the database to which the hash of each seal of the log is appended; best on another machine's disk.",
        shown="the file seals.witness of the home",
    )
    seal_key: Folder = _setting(
        "TIEOUT_SEAL_KEY",
        Path(),
        "File of the private key that signs the seals of the log, made with the first seal; the public keys stand beside it in FILE.pub. "
        "Best on another disk than the database and its backup.",
        shown="the file seal_key of the home",
    )
    seal_minutes: Whole = _setting(
        "TIEOUT_SEAL_MINUTES",
        60,
        "Minutes after which workers seal the log again, if anything has happened; 0: as soon as they see it.",
    )
    stripe_url: str = _setting(
        "TIEOUT_STRIPE_URL",
        "",
        "Address of a billing system with Stripe's interface (https://api.stripe.com). Without it, none is connected.",
    )
    stripe_key: str = _setting(
        "TIEOUT_STRIPE_KEY",
        "",
        "Secret key for the billing system; it has to permit reading, changing and finalising invoices.",
        secret=True,
    )
    stripe_entity: str = _setting(
        "TIEOUT_STRIPE_ENTITY", "", "The company of ours whose invoices are in the billing system."
    )
    traces: str = _setting(
        "TIEOUT_TRACES",
        "",
        "Address to which spans are sent by OTLP over HTTP (http://127.0.0.1:4318/v1/traces); needs the extra tracing.",
        shown="none: nothing is traced",
    )
    log_format: Literal["console", "json"] = _setting("TIEOUT_LOG_FORMAT", "console", "How log lines look.")
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "TIEOUT_LOG_LEVEL", "info", "The least important log line that is written."
    )
    language: Literal["en", "de"] = _setting(
        "TIEOUT_LANGUAGE",
        "en",
        "In which language pages, commands and messages are, and how they write figures and dates: 1,234.50 and 2 Dec, or 1.234,50 "
        "and 2. Dez. Commands follow the locale where it is not set; answers of the API about findings follow Accept-Language.",
    )
    session_hours: Whole = _setting("TIEOUT_SESSION_HOURS", 12, "Hours until a signed-in person has to sign in again.")
    sign_in_minutes: Whole = _setting(
        "TIEOUT_SIGN_IN_MINUTES", 30, "Minutes for which a one-time sign-in link is good."
    )


class _Environment(PydanticBaseSettingsSource):
    """Values of an environment by field; a variable that is empty is one that is not there."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(Settings)
        self._environ = environ

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The variable's text."""
        return self._environ.get(_name(field), ""), field_name, False

    def __call__(self) -> dict[str, Any]:
        """What is given, by field."""
        texts = ((name, self.get_field_value(field, name)[0]) for name, field in Settings.model_fields.items())
        return {name: text for name, text in texts if text != ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One line of the reference: all as text."""

    name: str
    kind: str
    default: str
    help: str


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from an environment. Raises SettingError for a value of the wrong type, or a misspelt TIEOUT_ name."""
    names = {_name(field) for field in Settings.model_fields.values()}
    unknown = sorted(name for name in environ if name.startswith("TIEOUT_") and name not in names)
    if unknown:
        raise SettingError(
            "No such setting: {unknown}. There are: {names}.",
            unknown=", ".join(unknown),
            names=", ".join(sorted(names)),
        )
    given = _Environment(environ)()
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingError(_first(error)) from None  # the error itself would show the values of secrets
    home = settings.home.expanduser().absolute()
    exchange = settings.exchange if "exchange" in given else home / "exchange"
    witness = settings.seal_witness if "seal_witness" in given else home / "seals.witness"
    key = settings.seal_key if "seal_key" in given else home / "seal_key"
    return settings.model_copy(update={"home": home, "exchange": exchange, "seal_witness": witness, "seal_key": key})


def rows() -> Iterator[SettingRow]:
    """The table for the reference, in its own order."""
    for field in Settings.model_fields.values():
        yield SettingRow(
            name=_name(field),
            kind=_kind(field.annotation),
            default=_extra(field)["shown"] or _written(field.default),
            help=field.description or "",
        )


def _extra(field: FieldInfo) -> dict[str, str]:
    extra: Any = field.json_schema_extra
    return dict(extra)


def _name(field: FieldInfo) -> str:
    return _extra(field)["name"]


def _first(error: ValidationError) -> Sentence:
    """The first wrong variable, its value, and what it may be."""
    wrong = error.errors(include_url=False)[0]
    field = Settings.model_fields[str(wrong["loc"][0])]
    given = wrong.get("ctx", {}).get("error")
    reason = as_sentence(str(given.args[0])) if isinstance(given, ValueError) else wrong["msg"]
    if get_origin(field.annotation) is Literal:
        reason = Sentence("is none of {names}.", names=", ".join(get_args(field.annotation)))
    return Sentence("{name}={value!r} {reason}", name=_name(field), value=wrong["input"], reason=reason)


def _kind(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(get_args(kind))
    names: dict[object, str] = {bool: "yes or no", int: "whole number", Path: "path", str: "text"}
    return "list, separated by commas" if get_origin(kind) is tuple else names[kind]


def _written(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)
