"""Features as files that other programs read: tables, lines of GeoJSON, and the formats of GIS."""
