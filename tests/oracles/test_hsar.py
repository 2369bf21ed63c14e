"""The indices of health service areas on the example of the R package HSAr: 19 regions, 4 hospitals, 1,178 patients."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geometry.catchment import by_group, plurality
from geometry.flow import flow_indices
from geometry.labelled import Labelled


def flows(folder: Path) -> Labelled:
    """Hospitals × regions where patients live."""
    rows = pd.read_csv(folder / "oracles" / "hsar" / "flow.csv")
    return Labelled.from_triples(rows["to"], rows["from"], np.ones(len(rows)))


def test_localisation_market_share_and_net_flow(shared_data: Path) -> None:
    known = json.loads((shared_data / "oracles" / "hsar" / "hsar_oracle.json").read_text(encoding="utf-8"))
    lookup: dict[str, str] = known["lookup"]
    # Hospital O has no area of its own: its patients count for J, with which it was merged.
    served = by_group(flows(shared_data), {"C": "C", "J": "J", "O": "J", "S": "S"})
    flow = by_group(served.T, lookup)
    assert flow.total() == 1178
    found = flow_indices(flow)
    assert found.regions == ("C", "J", "S")
    assert flow.dense() == pytest.approx(pd.DataFrame(known["hsa_flow"]).T.to_numpy())
    assert found.localisation_index == pytest.approx([known["LI"][code] for code in "CJS"], abs=1e-12)
    assert found.localisation_index.min() == pytest.approx(known["readme_expected"]["LI_min"], abs=5e-4)
    assert found.localisation_index.mean() == pytest.approx(known["readme_expected"]["LI_mean"], abs=5e-4)
    assert found.own_list_share == pytest.approx([known["self_share_of_treated"][code] for code in "CJS"], abs=1e-12)
    assert found.market_share_index == pytest.approx(1 - found.own_list_share)
    expected = [known["net_patient_flow_in_over_out"][code] for code in "CJS"]
    assert found.net_patient_flow == pytest.approx(expected, abs=1e-12)


def test_the_published_assignment_is_plurality_before_merging_in_all_regions_but_one(shared_data: Path) -> None:
    """Region I sends 18 to S, 14 to J, 6 to O: S by hospital, J once O counts for J: the order of summing decides.

    Region R (C 24, J 15, O 14, S 14) is the one region the package gives to another than its plurality hospital.
    """
    known = json.loads((shared_data / "oracles" / "hsar" / "hsar_oracle.json").read_text(encoding="utf-8"))
    by_hospital = plurality(flows(shared_data)).assignment
    merged = {region: {"O": "J"}.get(hospital, hospital) for region, hospital in by_hospital.items()}
    differing = {region for region, area in merged.items() if known["lookup"][region] != area}
    assert differing == {"R"}
    after_merging = plurality(by_group(flows(shared_data), {"C": "C", "J": "J", "O": "J", "S": "S"})).assignment
    assert by_hospital["I"] == "S"
    assert after_merging["I"] == "J"
