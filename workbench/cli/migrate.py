"""``telekalk migrate``."""

from __future__ import annotations

import click

from workbench.settings import get_settings


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 2 when the database is not at the newest version.")
def migrate(check: bool) -> None:
    """Bring the database to the newest version."""
    from workbench.store import database
    from workbench.store import migrate as migrations

    english = get_settings().language == "en"
    try:
        if check:
            at, newest = migrations.current(), migrations.head()
            behind = at != newest
            state = (
                (
                    f"at {at or 'nothing'}, newest is {newest}"
                    if english
                    else f"Stand {at or 'leer'}, neuester ist {newest}"
                )
                if behind
                else (f"up to date ({newest})" if english else f"auf dem neuesten Stand ({newest})")
            )
            click.echo(state)
            if behind:
                raise click.exceptions.Exit(2)
            return
        before, after = migrations.upgrade()
        if before == after:
            click.echo(f"already at {after}" if english else f"bereits auf Stand {after}")
        else:
            click.echo(f"{before or 'empty'} → {after}" if english else f"{before or 'leer'} → {after}")
    finally:
        database.dispose()
