"""Shared fixtures: one throw-away PostgreSQL per test run, a fresh database per test, actors, cases and photos."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from PIL import Image, ImageDraw

from workbench.access import SYSTEM, Actor, customer_actor, find_actor
from workbench.cases.views import CaseRef, ClaimData

TEMPLATE = "telekalk_template"


def _test_home() -> Path:
    # Root's embedded server runs under a user of its own and must be able to reach its data.
    base = Path("/var/lib") if os.geteuid() == 0 else Path(tempfile.gettempdir())
    return Path(tempfile.mkdtemp(prefix="telekalk-test-", dir=base))


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What this machine's user has (imported tables, photos, a database) is neither seen nor touched by a test."""
    from workbench.settings import get_settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELEKALK_HOME", str(tmp_path_factory.mktemp("home")))
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def fresh_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings that a test or a command in it changed, the language for one, end with it."""
    from workbench.settings import get_settings

    monkeypatch.setenv("TELEKALK_LANGUAGE", "de")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL server for this run, with a migrated database to copy from."""
    from sqlalchemy import create_engine

    from workbench.access import accounts
    from workbench.settings import get_settings
    from workbench.store import database, migrate
    from workbench.store.embedded import throw_away_server

    folder = _test_home()
    folder.chmod(0o755)
    given = os.environ.get("TELEKALK_TEST_DATABASE_URL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if given:
            yield given
            return
        with throw_away_server(folder) as server:
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
            url = server.url(TEMPLATE)
            engine = create_engine(database.sqlalchemy_url(url))
            migrate.upgrade(engine)
            engine.dispose()
            os.environ["TELEKALK_DATABASE_URL"] = url
            get_settings.cache_clear()
            accounts.ensure_demo_users()
            database.dispose()
            del os.environ["TELEKALK_DATABASE_URL"]
            get_settings.cache_clear()
            yield server.url("postgres")
    shutil.rmtree(folder, ignore_errors=True)


_number = 0


@pytest.fixture
def database(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fresh, migrated database with the demonstration users; settings point at it. Yields its address."""
    global _number
    from sqlalchemy import make_url

    from workbench.settings import get_settings
    from workbench.store import database as door

    _number += 1
    name = f"telekalk_{os.getpid()}_{_number}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")  # type: ignore[arg-type]
    url = make_url(postgres).set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("TELEKALK_DATABASE_URL", url)
    monkeypatch.setenv("TELEKALK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TELEKALK_OFFICE_HOURS", "always")
    get_settings.cache_clear()
    door.dispose()
    yield url
    door.dispose()
    get_settings.cache_clear()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[arg-type]


def _actor(login: str) -> Actor:
    actor = find_actor(login)
    assert actor is not None
    return actor


@pytest.fixture
def actor_expert(database: str) -> Actor:
    """Anna, an expert."""
    return _actor("anna")


@pytest.fixture
def actor_other_expert(database: str) -> Actor:
    """Bernd, another expert."""
    return _actor("bernd")


@pytest.fixture
def actor_of(database: str) -> Callable[[str], Actor]:
    """Any demonstration user by login."""
    return _actor


def photo_bytes(seed: int = 1, size: tuple[int, int] = (960, 720), *, form: str = "JPEG", **options: Any) -> bytes:
    """A photo-like picture: noise-free shapes on a gradient, different for each seed."""
    random = np.random.default_rng(seed)
    ramp = np.linspace(40, 200, size[0], dtype=np.uint8)
    base = np.stack([np.tile(np.roll(ramp, int(random.integers(size[0]))), (size[1], 1)) for _ in range(3)], axis=-1)
    image = Image.fromarray(base)
    pen = ImageDraw.Draw(image)
    for _ in range(25):
        x, y = int(random.integers(size[0])), int(random.integers(size[1]))
        edge = int(random.integers(10, 120))
        pen.rectangle((x, y, x + edge, y + edge), fill=tuple(int(c) for c in random.integers(0, 255, 3)))
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.fixture
def demo_photo() -> Callable[..., bytes]:
    """Makes the bytes of a photo: ``demo_photo(seed, size, form="JPEG")``."""
    return photo_bytes


@pytest.fixture
def make_case(database: str) -> Callable[..., CaseRef]:
    """Makes a case: ``make_case("S-1", photos=2, complete=True, prefill=True, taken_by=actor)``.

    ``prefill`` runs the real pre-fill without the models: photos without role, one finding on the first photo.
    """
    from workbench.cases import intake, pipeline, work

    def make(
        claim_number: str = "S-2026-0001",
        *,
        photos: int = 2,
        complete: bool = False,
        prefill: bool = False,
        taken_by: Actor | None = None,
        **claim: Any,
    ) -> CaseRef:
        ref = intake.open_case(SYSTEM, ClaimData(claim_number=claim_number, **claim))
        for number in range(photos):
            intake.receive_photo(
                customer_actor(ref.id), ref.id, photo_bytes(number + 1), filename=f"foto{number + 1}.jpg"
            )
        if complete or prefill or taken_by:
            ref = intake.complete_set(customer_actor(ref.id), ref.id)
        if prefill or taken_by:
            pipeline.start(ref.id)
            _one_finding(ref.id)
            pipeline.prefill(ref.id)
        if taken_by:
            work.take(taken_by, ref.id)
        view = work.get_case(SYSTEM, ref.id)
        return CaseRef(view.id, claim_number, view.state, view.version, view.demo)

    return make


def _one_finding(case_id: str) -> None:
    from sqlalchemy import select

    from workbench.store.database import session_scope
    from workbench.store.models import Finding, Photo

    with session_scope() as session:
        photo = session.scalars(select(Photo).where(Photo.case_id == case_id).order_by(Photo.position)).first()
        assert photo is not None
        photo.role = "damage"
        session.add(
            Finding(
                case_id=case_id,
                photo_id=photo.id,
                category="dent",
                score="0.9",
                box=[100, 100, 200, 150],
                part="door_front",
                side="left",
                severity="moderate",
                model="test-1",
            )
        )
