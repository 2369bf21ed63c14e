"""The figures of the whole place that a what-if is told in."""

from __future__ import annotations

MEASURES: tuple[tuple[str, str, str], ...] = (
    ("practices_moved", "Practices that change PCN", "number"),
    ("areas_moved", "Small areas that change neighbourhood", "number"),
    ("patients_disturbed", "Patients of the practices that change PCN", "patients"),
    ("people_moved", "Residents whose neighbourhood changes", "people"),
    ("patients_moved", "Registered patients whose neighbourhood changes", "patients"),
    ("patients_inside", "Patients of these PCNs living in the place", "patients"),
    ("patients_outside_lead", "Patients outside their PCN's lead neighbourhood", "patients"),
    ("misalignment", "… as a share", "share"),
    ("median_containment", "Median containment of the PCNs", "share"),
    ("pcns", "PCNs", "number"),
    ("pcns_aligned", "PCNs aligned", "number"),
    ("pcns_partly", "PCNs partly aligned", "number"),
    ("pcns_split", "PCNs split", "number"),
    ("pcn_smallest", "Smallest PCN, whole list", "patients"),
    ("pcn_largest", "Largest PCN, whole list", "patients"),
    ("pcns_below_floor", "PCNs below the smallest list", "number"),
    ("pcns_above_advice", "PCNs above the advised list", "number"),
    ("pcns_not_contiguous", "PCNs whose practices do not stand in neighbouring neighbourhoods", "number"),
    ("practices_without_pcn", "Practices in no PCN", "number"),
    ("residents_largest", "Residents of the largest neighbourhood", "people"),
    ("residents_smallest", "Residents of the smallest neighbourhood", "people"),
    ("residents_ratio", "Largest over smallest, residents", "ratio"),
    ("patients_largest", "Registered patients living in the largest neighbourhood", "patients"),
    ("patients_smallest", "Registered patients living in the smallest neighbourhood", "patients"),
    ("outside_band", "Neighbourhoods outside the band asked about", "number"),
    ("neighbourhoods_in_parts", "Neighbourhoods in more than one piece", "number"),
    ("imd_score_highest", "Mean deprivation score of the most deprived neighbourhood", "score"),
    ("imd_score_lowest", "Mean deprivation score of the least deprived neighbourhood", "score"),
    ("share_most_deprived_highest", "Residents in the most deprived fifth, highest of the neighbourhoods", "share"),
    ("share_most_deprived_lowest", "Residents in the most deprived fifth, lowest of the neighbourhoods", "share"),
    ("patients_deprived", "Patients living in the most deprived fifth", "patients"),
    ("patients_deprived_outside_lead", "… of them outside their PCN's lead neighbourhood", "patients"),
)
"""Name, words and unit of each figure of the whole place. The first five are of the moves: 0 today."""
