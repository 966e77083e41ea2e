"""Engine versions that calculated something once: kept whole, so that a stored result can be made again byte by byte.

Every version of ``calculation/`` that ever stood behind an offer lies in ``frozen/`` as an archive of its source (standard library
only, about 150 KB). The current version runs here; an earlier one runs from its archive in a Python process of its own, which sees
nothing else of the project. See ``docs/decisions/0005``.
"""

from workbench.engines.frozen_engine import FROZEN, calculate_with, canonical, checksum, versions

__all__ = ["FROZEN", "calculate_with", "canonical", "checksum", "versions"]
