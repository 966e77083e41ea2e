"""The worker: runs jobs until it is told to stop, and hands on the jobs of workers that have fallen silent."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time

import procrastinate
import psycopg

from workbench.cases import offer, pipeline
from workbench.errors import TelekalkError
from workbench.logs import get_logger
from workbench.settings import get_settings
from workbench.store.database import conninfo

log = get_logger(__name__)

_SWEEP_LOCK = 7_305_242
_GRACE_SECONDS = 9
_UPKEEP_SECONDS = 600.0


async def sweep(app: procrastinate.App) -> int:
    """Give jobs of silent workers back to the queue; one sweeper at a time. Returns how many."""
    async with await psycopg.AsyncConnection.connect(conninfo(), autocommit=False) as connection:
        got = await (await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_SWEEP_LOCK,))).fetchone()
        if not got or not got[0]:
            return 0
        count = 0
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=get_settings().stalled_seconds):
            await app.job_manager.retry_job(job)
            log.warning("job_handed_on", job=job.id, task=job.task_name)
            count += 1
        return count


async def _sweeping(app: procrastinate.App) -> None:
    pause = max(1, min(get_settings().heartbeat_seconds, get_settings().stalled_seconds // 2))
    upkeep_at = 0.0
    while True:
        # The database may be away for a moment; the worker's own connection finds out and reports it.
        with contextlib.suppress(psycopg.OperationalError, procrastinate.exceptions.ConnectorException, TelekalkError):
            await sweep(app)
            if time.monotonic() >= upkeep_at:
                upkeep_at = time.monotonic() + _UPKEEP_SECONDS
                await asyncio.to_thread(offer.expire_due)
        await asyncio.sleep(pause)


def _warm() -> None:
    from workbench.cases.learning.active import active_looker

    try:
        active_looker().warm()
    except Exception:  # a worker without a model still does every other job, and says so for each photo
        log.warning("models_not_warm", exc_info=True)
    else:
        log.info("models_warm")


async def _work(*, wait: bool, signals: bool) -> None:
    from workbench.jobs.app import worker_app

    settings = get_settings()
    app = worker_app()
    async with app.open_async():
        sweeping = asyncio.create_task(_sweeping(app)) if wait else None
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=settings.worker_concurrency,
                wait=wait,
                install_signal_handlers=False,
                fetch_job_polling_interval=2.0,
                update_heartbeat_interval=settings.heartbeat_seconds,
                stalled_worker_timeout=settings.stalled_seconds,
                shutdown_graceful_timeout=_GRACE_SECONDS,
                delete_jobs="successful",
            )
        )

        def stop() -> None:
            # Running jobs leave after their present step; cancelling makes the worker wait for them.
            pipeline.stopping.set()
            working.cancel()

        if signals:
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, stop)
        try:
            await working
        except asyncio.CancelledError:
            log.info("worker_stopped")
        finally:
            if sweeping is not None:
                sweeping.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await sweeping


def run_worker(*, wait: bool = True, warm: bool = True, signals: bool = True) -> None:
    """Run jobs in this process.

    Args:
        wait: False ends when the queue is empty (tests, bench).
        warm: Load the models first, in the background.
        signals: Stop on SIGINT and SIGTERM after the running jobs.
    """
    if warm:
        threading.Thread(target=_warm, name="warm", daemon=True).start()
    pipeline.stopping.clear()
    asyncio.run(_work(wait=wait, signals=signals))
