"""``telekalk import-positions``: the lines of a foreign calculation as the JSON that ``telekalk calculate`` takes."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import click

from calculation import CalculationError, input_to_json
from calculation.model import Parameters, Settlement
from calculation.validate import check
from pricing_tables import tables_on
from pricing_tables.importers.positions import calculation_input, positions_from
from pricing_tables.importers.problems import ImportFileError
from workbench.cli.calculate import tell
from workbench.cli.tables_import import day_of, tell_refused, units_of
from workbench.settings import get_settings


@click.command("import-positions")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--regime", type=click.Choice(["kasko", "liability"]), default="liability", help="Under which law the draft stands."
)
@click.option("--date", "day", help="Price date (YYYY-MM-DD), where the file does not say it; today when left out.")
@click.option("--postcode", help="For hourly rates that the file does not state.")
@click.option("--units-per-hour", help="Time units per hour (10, 12, 100), where the file does not say it.")
@click.pass_context
def import_positions(
    ctx: click.Context, file: Path, regime: str, day: str | None, postcode: str | None, units_per_hour: str | None
) -> None:
    """Print the positions of FILE (DAT VXS XML, or CSV for autoiXpert's manual calculation) as calculation input JSON.

    Amounts and times are taken exactly; small parts, rates and paint material come from the file where it states them, else from the tables of
    the price date. What a person should look at stands on standard error.
    """
    try:
        found = positions_from(file, units_per_hour=units_of(units_per_hour))
    except ImportFileError as error:
        tell_refused(error, as_json=False)
        ctx.exit(2)
    priced = found.price_date or day_of(day, "--date") or date.today()
    tables = tables_on(max(priced, date(2025, 1, 1)))
    rates, _ = tables.hourly_rates(postcode)
    frame = Parameters(
        price_date=priced,
        supply_date=priced,
        vat_rate=tables.vat_rate(priced).value,
        small_parts_percent=Decimal(0),
        units_per_hour={"AW": Decimal(10), "ZE": Decimal(100)},
        paint_material=tables.paint_material()
        if found.paint
        else Parameters(price_date=priced, vat_rate=Decimal(0)).paint_material,
    )
    settlement = Settlement(regime="kasko" if regime == "kasko" else "liability")
    made = calculation_input(found, frame, settlement, rates, tables.references)
    try:
        check(made)
    except CalculationError as error:
        tell(error)
        ctx.exit(2)
    english = get_settings().language == "en"
    for problem in found.problems:
        click.echo(f"{problem.code} {problem.words(english)}", err=True)
    click.echo(json.dumps(input_to_json(made), ensure_ascii=False, indent=2))
