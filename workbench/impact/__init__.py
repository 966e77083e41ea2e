"""Re-pricing: one calculation, or a whole portfolio, at another version of the tables, and what that changes for whom.

:mod:`workbench.impact.reprice` is the definition, on one calculation with the engine's own exact decimals. The other modules do the
same for many calculations at once on columns of exact integers, and must agree with it to the cent.
"""

from __future__ import annotations

from workbench.impact.reprice import Change, Missing, Repriced, reprice, stored_tables

__all__ = ["Change", "Missing", "Repriced", "reprice", "stored_tables"]
