"""Published collections as vector tiles, for maps in browsers and GIS programs."""
