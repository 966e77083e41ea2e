"""``telekalk recalculate``: stored calculations made again under the rules that they name."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from workbench.access import SYSTEM
from workbench.settings import get_settings


@click.command("recalculate")
@click.argument("claim_number", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.pass_context
def recalculate(ctx: click.Context, claim_number: str | None, as_json: bool) -> None:
    """Make the calculations behind sent offers again and compare them byte by byte.

    Each is made from its stored input with the engine version that it names, whatever version runs today. CLAIM_NUMBER
    restricts it to one claim. Exit 1 when one is not the same.
    """
    from workbench.cases.recalculation import prove
    from workbench.store.database import dispose

    english = get_settings().language == "en"
    good = bad = 0
    try:
        for proof in prove(SYSTEM, claim_number):
            sound = proof.same and proof.intact
            good, bad = good + sound, bad + (not sound)
            if as_json:
                click.echo(json.dumps({**asdict(proof), "made_at": proof.made_at.isoformat()}, ensure_ascii=False))
                continue
            state = ("the same" if english else "gleich") if sound else ("NOT the same" if english else "NICHT gleich")
            offer = f"{'offer' if english else 'Angebot'} {proof.offer_version}" if proof.offer_version else "–"
            rules = f"{'rules' if english else 'Regeln'} {proof.engine_version}"
            click.echo(f"{proof.claim_number}  {offer}  {rules}  {state}")
            for name in ([proof.problem] if proof.problem else []) + list(proof.differences):
                click.echo(f"    {name}")
    finally:
        dispose()
    if not as_json:
        click.echo(f"{good} the same, {bad} not." if english else f"{good} gleich, {bad} nicht.")
    if bad:
        ctx.exit(1)
