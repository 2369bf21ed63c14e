"""OGC API - Features: everything that is published, for GIS programs and dashboards, under ``/ogc``."""
