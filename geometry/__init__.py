"""Spatial mathematics: shapes, areas, weights and partitions. Knows nothing of the NHS, HTTP or SQL.

Coordinates are metres on the British National Grid (EPSG:27700) unless a docstring says otherwise.
"""
