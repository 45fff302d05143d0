"""Reading screenings (查筛查与预警)."""

from shouwang.stream.screening.queries.benefits import benefits_of
from shouwang.stream.screening.queries.explaining import Explanation, Shown, SourceUsed, explanation
from shouwang.stream.screening.queries.figures import (
    PlaceFigures,
    Totals,
    factor_figures,
    figures_by_place,
    households_by_factor,
    rule_figures,
    totals,
)
from shouwang.stream.screening.queries.household_now import HouseholdNow, household_now
from shouwang.stream.screening.queries.inputs import feed_files, published_with
from shouwang.stream.screening.queries.lists import (
    WarningRow,
    doubts,
    findings_of,
    gap_of,
    gaps,
    household_warnings,
    last_run,
    run_behind,
    run_of,
    runs,
    warnings,
    with_households,
)
from shouwang.stream.screening.queries.trials import changes_of, trial_of, trials
from shouwang.stream.screening.queries.words import rule_titles, words_of

__all__ = [
    "Explanation",
    "HouseholdNow",
    "PlaceFigures",
    "Shown",
    "SourceUsed",
    "Totals",
    "WarningRow",
    "benefits_of",
    "changes_of",
    "doubts",
    "explanation",
    "factor_figures",
    "feed_files",
    "figures_by_place",
    "findings_of",
    "gap_of",
    "gaps",
    "household_now",
    "household_warnings",
    "households_by_factor",
    "last_run",
    "published_with",
    "rule_figures",
    "rule_titles",
    "run_behind",
    "run_of",
    "runs",
    "totals",
    "trial_of",
    "trials",
    "warnings",
    "with_households",
    "words_of",
]
