"""Everything the notifier can be told from outside."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, SecretStr

from bidwright.errors import SetupError
from bidwright.runtime.settings import CommonSettings

_BETWEEN = re.compile(r"[\s,]*\s[\s,]*|,+(?=(?:[A-Za-z0-9-]+=)?[A-Za-z][A-Za-z0-9+.-]*:)|^,+|,+$")
"""Between two addresses. A comma inside one, as in ``mailto://…?to=a,b``, belongs to it."""


class NotifierSettings(CommonSettings):
    """
    The notifier's own settings.
    """

    metrics_port: int = Field(9104, validation_alias="BIDWRIGHT_METRICS_PORT", ge=0, le=65535, description="Port of /metrics; 0: none.")
    urls: SecretStr = Field(
        SecretStr(""),
        validation_alias="BIDWRIGHT_NOTIFY_URLS",
        description="Where notices go, separated by blanks or commas: a channel's name and address (`log:`, `webhook:https://…`), or an "
        "address of Apprise (`ntfy://…`); `phone=ntfy://…` gives it a name. Unset: the log.",
    )
    urls_file: Path | None = Field(
        None, validation_alias="BIDWRIGHT_NOTIFY_URLS_FILE", description="File with such addresses, in place of the variable."
    )

    @property
    def addresses(self) -> list[str]:
        """The addresses, in order. Raises SetupError when the file cannot be read."""
        text = self.urls.get_secret_value()
        if self.urls_file is not None:
            try:
                text = self.urls_file.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SetupError(f"BIDWRIGHT_NOTIFY_URLS_FILE {self.urls_file} cannot be read ({type(error).__name__}).") from None
        return [one for one in _BETWEEN.split(text) if one]
