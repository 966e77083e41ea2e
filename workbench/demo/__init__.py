"""Demonstration cases: photo sets, their plan (`sets.json`) and the renderer that made them."""
