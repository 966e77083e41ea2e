"""Files as real users have them, turned into table versions or calculation lines. All text of a file is hostile.

:func:`pricing_tables.importers.plan.plan` reads a price list or rate sheet and says what would change;
:func:`pricing_tables.importers.positions.positions_from` reads the lines of a calculation.
"""
