"""Settings that every service has; each service adds its own in its settings.py."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bidwright.errors import SetupError
from bidwright.runtime import failpoints
from bidwright.runtime.logging import secret

_APART = re.compile(r"[,\s]+")
S = TypeVar("S", bound=BaseSettings)
LIVE_SITE = "nellisauction.com"


class CommonSettings(BaseSettings):
    """
    What every service can be told from outside.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    redis_url: SecretStr = Field(SecretStr("redis://127.0.0.1:6379/0"), validation_alias="REDIS_URL", description="Where the store is.")
    data_dir: Path = Field(
        Path(".bidwright"), validation_alias="BIDWRIGHT_DATA_DIR", description="Folder for keys, tokens and the embedded Redis."
    )
    bind: str = Field("127.0.0.1", validation_alias="BIDWRIGHT_BIND", description="Address that every port is bound to.")
    mode: Literal["", "dry-run", "live"] = Field(
        "",
        validation_alias="BIDWRIGHT_MODE",
        description="dry-run locks dry run; live is the service's switch; unset: as `bidwright mode` stored.",
    )
    plugins_dir: str = Field(
        "plugins/dropin", validation_alias="BIDWRIGHT_PLUGINS_DIR", description="Drop-in folder; empty turns drop-ins off."
    )
    plugins: str = Field(
        "", validation_alias="BIDWRIGHT_PLUGINS", description="Installed plugins to load, by name; empty: the built-in ones."
    )
    plugins_disable: str = Field("", validation_alias="BIDWRIGHT_PLUGINS_DISABLE", description="Names never loaded, comma separated.")
    log_format: Literal["", "console", "json"] = Field(
        "", validation_alias="BIDWRIGHT_LOG_FORMAT", description="console or json; unset: console on a terminal, else json."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", validation_alias="BIDWRIGHT_LOG_LEVEL", description="Least severe level logged."
    )
    site: str = Field("https://www.nellisauction.com", validation_alias="NELLIS_BASE_URL", description="Address of the auction site.")
    timezone: str = Field(
        "",
        validation_alias="BIDWRIGHT_TIMEZONE",
        description="The owner's time zone: times shown, and the days and weeks of budgets; unset: the host's.",
    )
    failpoints: str = Field(
        "",
        validation_alias="BIDWRIGHT_FAILPOINTS",
        description="Crash points for tests, such as `F2` or `F4:3`; shown by health, refused on the live site.",
    )

    @field_validator("site")
    @classmethod
    def _address(cls, value: str) -> str:
        value = value.rstrip("/")
        if not value.startswith(("http://", "https://")):
            raise ValueError("give an address that begins with http:// or https://")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"{value!r} is no time zone; it looks like America/Phoenix") from None
        return value

    @property
    def zone(self) -> tzinfo | None:
        """The owner's time zone; None: the host's."""
        return ZoneInfo(self.timezone) if self.timezone else None

    @field_validator("failpoints")
    @classmethod
    def _never_on_the_live_site(cls, value: str, info: ValidationInfo) -> str:
        failpoints.parsed(value)
        host = urlsplit(info.data.get("site", "")).hostname or ""
        if value.strip() and (host == LIVE_SITE or host.endswith("." + LIVE_SITE)):
            raise ValueError(f"failpoints are for tests and end the service on purpose; they are refused on {host}")
        return value

    @property
    def real(self) -> bool:
        """True when the address is the real auction site's."""
        host = urlsplit(self.site).hostname or ""
        return host == LIVE_SITE or host.endswith("." + LIVE_SITE)

    @property
    def dropins(self) -> Path | None:
        """The drop-in folder, or None when drop-ins are off."""
        return Path(self.plugins_dir) if self.plugins_dir else None

    @property
    def installed_plugins(self) -> list[str] | None:
        """Names of installed plugins to load, or None for the built-in ones."""
        return _words(self.plugins) or None

    @property
    def disabled_plugins(self) -> list[str]:
        """Names of plugins that are never loaded."""
        return _words(self.plugins_disable)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def read(settings: type[S], **given: Any) -> S:
    """
    Read *settings* from the environment. Raises SetupError that names each variable and what is wrong with it.

    A secret may also lie in a file: ``REDIS_URL_FILE`` says where ``REDIS_URL`` is, and so for each. What is typed as secret is kept out of
    this process's log from now on.
    """
    try:
        made = settings(**{**_from_files(settings), **given})
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}" for e in found]
        raise SetupError("A setting is wrong. " + "; ".join(lines)) from None
    secret(*_secrets_of(made))
    return made


def _from_files(settings: type[BaseSettings]) -> dict[str, str]:
    """The secrets that lie in files, by their variable. Raises SetupError for a file that cannot be read, or a secret given twice."""
    names = {str(field.validation_alias): field.annotation for field in settings.model_fields.values()}
    found: dict[str, str] = {}
    for name, kind in names.items():
        file = os.environ.get(f"{name}_FILE", "")
        if kind is not SecretStr or not file or f"{name}_FILE" in names:  # some read theirs themselves
            continue
        if os.environ.get(name):
            raise SetupError(f"{name} and {name}_FILE are both set; unset one.")
        try:
            found[name] = Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise SetupError(f"{name}_FILE: {file} cannot be read ({why}).") from error
    return found


def _secrets_of(made: BaseSettings) -> Iterator[str]:
    """The values that nobody may read, each also in its parts where it is a list; of an address only its password."""
    for _, value in made:  # not dict(made): settings may have a method keys
        if isinstance(value, SecretStr):
            text = value.get_secret_value()
            try:
                address = urlsplit(text) if "://" in text and len(text.split()) == 1 else None
            except ValueError:  # no address after all
                address = None
            if address is not None and address.scheme in ("redis", "rediss", "unix"):
                yield address.password or ""
            else:
                yield text
                yield from _APART.split(text)
