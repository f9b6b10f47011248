"""What backups can be told from outside."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, NonNegativeFloat, PositiveInt, SecretStr
from pydantic_settings import SettingsConfigDict

from bidwright.runtime.settings import CommonSettings


class BackupSettings(CommonSettings):
    """
    Settings of whoever makes backups. An empty variable counts as unset.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True)

    folder: str = Field(
        "", validation_alias="BIDWRIGHT_BACKUP_DIR", description="Folder for backups; unset: `backups` in the data folder of the site."
    )
    hours: NonNegativeFloat = Field(
        24.0, validation_alias="BIDWRIGHT_BACKUP_HOURS", description="Hours between two backups that make themselves; 0: none do."
    )
    keep: PositiveInt = Field(
        14, validation_alias="BIDWRIGHT_BACKUP_KEEP", description="How many of those are kept, and of those asked for as many."
    )
    passphrase: SecretStr = Field(
        SecretStr(""), validation_alias="BIDWRIGHT_BACKUP_PASSPHRASE", description="Seals backups; without it no one reads them."
    )

    def shelf_folder(self, data: Path) -> Path:
        """Where backups of the site whose data lies in *data* go."""
        return Path(self.folder) if self.folder else data / "backups"
