"""Maps of the paper, drawn in British National Grid (EPSG:27700) with Matplotlib: SVG to print, PNG for DOCX."""
