"""Run by a Python that has QGIS: reads collections through its OGC API - Features provider, without a screen.

``python qgis_reads.py ADDRESS COLLECTION…`` prints a JSON object: by collection, by code, the shape as hexadecimal WKB
(``null`` where there is none).
"""

from __future__ import annotations

import json
import os
import sys

from qgis.core import QgsApplication, QgsVectorLayer


def main(address: str, collections: list[str]) -> None:
    application = QgsApplication([], False)
    application.initQgis()
    said: dict[str, dict[str, str | None]] = {}
    for name in collections:
        layer = QgsVectorLayer(f"url='{address}' typename='{name}' pageSize='1000'", name, "OAPIF")
        if not layer.isValid():
            raise SystemExit(f"{name}: {layer.error().message()}")
        said[name] = {}
        for feature in layer.getFeatures():
            shape = feature.geometry()
            known = None if shape.isNull() or shape.isEmpty() else bytes(shape.asWkb()).hex()
            said[name][str(feature["code"])] = known
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()
    os._exit(0)  # QGIS may fall over its own layers while it goes down in order


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
