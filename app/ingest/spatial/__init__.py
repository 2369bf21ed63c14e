"""Any map file, read safely into valid polygons in British National Grid."""
