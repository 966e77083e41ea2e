"""Every setting of Telekalk, typed and documented; read from the environment as ``TELEKALK_<NAME>``."""

from __future__ import annotations

import os
import secrets
import sys
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pricing_tables.places import imports_lie_at


def _default_home() -> Path:
    # The embedded database of root runs under a system user of its own and opens the folders above its data,
    # so root's data never lies under a home directory.
    if sys.platform != "win32" and os.geteuid() == 0:
        return Path("/var/lib/telekalk")
    return Path(platformdirs.user_data_dir("telekalk", appauthor=False))


class Settings(BaseSettings):
    """All settings. Each field's description is the documentation that ``docs/settings.md`` is made from."""

    model_config = SettingsConfigDict(env_prefix="TELEKALK_", extra="ignore", frozen=True)

    home: Path = Field(
        default_factory=_default_home,
        description="Folder for everything Telekalk keeps on this machine: embedded database, photos, secret, logs.",
    )
    database_url: str | None = Field(
        default=None,
        description="PostgreSQL address, e.g. postgresql://user:password@host/telekalk. "
        "Unset: an embedded server under TELEKALK_HOME is started.",
    )
    photo_store: Path | None = Field(
        default=None, description="Folder of the content-addressed photo store. Unset: photos/ under TELEKALK_HOME."
    )
    desk_host: str = Field(default="127.0.0.1", description="Address on which the desk listens.")
    desk_port: int = Field(default=8050, ge=1, le=65535, description="Port of the desk.")
    desk_threads: int = Field(default=8, ge=1, le=64, description="Threads of the desk's web server.")
    customer_host: str = Field(default="127.0.0.1", description="Address on which the customer face listens.")
    customer_port: int = Field(default=8051, ge=1, le=65535, description="Port of the customer face.")
    public_base_url: str | None = Field(
        default=None,
        description="Address of the customer face as customers see it; used in messages. Unset: host and port above.",
    )
    secret: SecretStr | None = Field(
        default=None,
        description="Key that signs sessions and links. Unset: one is made once and kept under TELEKALK_HOME.",
    )
    intake_token: SecretStr | None = Field(
        default=None,
        description="Bearer token that gateways present to the intake API. Unset: one is made once and kept "
        "under TELEKALK_HOME.",
    )
    language: Literal["de", "en"] = Field(default="de", description="Language of messages and screens.")
    time_zone: str = Field(default="Europe/Berlin", description="Time zone of office hours and of screens.")
    office_hours: str = Field(
        default="mo-fr 08:00-18:00",
        description="Office hours that the clock counts, e.g. 'mo-fr 08:00-18:00; sa 09:00-13:00'. "
        "Public holidays of all German states do not count. 'always' counts every minute.",
    )
    sla_minutes: int = Field(default=120, ge=1, description="Minutes of office time until an offer is due.")
    lock_minutes: int = Field(default=30, ge=1, description="Minutes until a taken case that nobody touches is free.")
    offer_valid_days: int = Field(default=14, ge=1, description="Days for which a sent offer can be accepted.")
    max_photos: int = Field(default=40, ge=1, description="Most photos in one set.")
    max_megapixels: int = Field(default=50, ge=1, description="Largest photo, in millions of pixels.")
    max_photo_mib: int = Field(default=40, ge=1, description="Largest photo file, in MiB.")
    limit_amount: Decimal = Field(
        default=Decimal("4000.00"),
        description="Amount in EUR above which a case leaves the fast lane; used when no dated policy table says so.",
    )
    tables_folder: Path | None = Field(
        default=None, description="Folder of the imported pricing tables. Unset: tables/ under TELEKALK_HOME."
    )
    watched_folder: Path | None = Field(
        default=None, description="Folder in which gateways drop photo sets, one sub-folder each. Unset: not watched."
    )
    worker_concurrency: int = Field(default=2, ge=1, le=16, description="Jobs that one worker runs at a time.")
    model_threads: int = Field(default=2, ge=1, le=2, description="Threads of one model session.")
    heartbeat_seconds: int = Field(default=5, ge=1, description="Seconds between two signs of life of a worker.")
    stalled_seconds: int = Field(
        default=20, ge=2, description="Silence of a worker after which its jobs go to another worker."
    )
    log_format: Literal["console", "json"] = Field(default="console", description="Shape of the log lines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")
    session_minutes: int = Field(default=600, ge=5, description="Minutes after which a login at the desk expires.")
    cookie_secure: bool = Field(default=False, description="Send cookies over TLS only; set it behind https.")

    @field_validator("home", "photo_store", "tables_folder", "watched_folder")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @property
    def photos_path(self) -> Path:
        """Root folder of the photo store."""
        return self.photo_store or self.home / "photos"

    @property
    def tables_path(self) -> Path:
        """Folder of the imported pricing tables."""
        return self.tables_folder or self.home / "tables"

    @property
    def desk_url(self) -> str:
        """Address of the desk for a browser on this machine."""
        return f"http://{self.desk_host}:{self.desk_port}"

    @property
    def customer_url(self) -> str:
        """Address of the customer face as customers see it, without a trailing slash."""
        return (self.public_base_url or f"http://{self.customer_host}:{self.customer_port}").rstrip("/")

    def secret_value(self) -> str:
        """The signing key; made and kept with mode 0600 when none is configured."""
        return self.secret.get_secret_value() if self.secret else _kept(self.home / "secret")

    def intake_token_value(self) -> str:
        """The bearer token of the intake API; made and kept with mode 0600 when none is configured."""
        return self.intake_token.get_secret_value() if self.intake_token else _kept(self.home / "intake-token")


def _kept(path: Path) -> str:
    """Read a random key from ``path``, making it exactly once even when two processes ask at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        key = secrets.token_urlsafe(48)
        out.write(key)
    return key


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once. Tests call ``get_settings.cache_clear()`` after changing them."""
    return Settings()


# The tables' floor knows no settings; whoever has settings has told it where imported tables lie.
imports_lie_at(lambda: get_settings().tables_path)
