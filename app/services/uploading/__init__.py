"""Files as a GIS team has them: looked at, checked, and loaded only when somebody says so."""
