"""What a screening found is counted by village when it is published, and the count is that of the rows."""

from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.screening.models import IssuedWarning, Tally
from shouwang.stream.screening.queries import figures_by_place, households_by_factor, totals
from shouwang.stream.screening.queries.soundness import broken_tallies
from tests.cast import Cast
from tests.stream.screening.findings import publish, warned

HEAVY, LONG = "illness_self_paid_heavy", "illness_long"


def test_a_household_is_counted_by_its_gravest_warning_and_by_the_gravest_of_what_is_new(cast: Cast) -> None:
    publish(warned(("H1", LONG, "yellow"), ("H2", HEAVY, "orange")))
    publish(warned(("H1", LONG, "yellow"), ("H1", HEAVY, "red"), ("H3", HEAVY, "red")))

    county = totals(cast.xiaozhou)

    assert (county.red, county.orange, county.yellow) == (1, 0, 0)  # H2's warning has gone, H3 lies elsewhere
    assert (county.new_red, county.new_yellow) == (1, 0)
    assert (county.warnings, county.new, county.gone) == (2, 1, 1)
    assert households_by_factor(cast.xiaozhou) == {
        "expenditure.medical": {"red": 1, "orange": 0, "yellow": 0, "review": 0}
    }


def test_counts_are_those_of_the_rows_after_every_publication(cast: Cast) -> None:
    for found in ((("H1", HEAVY, "red"), ("H2", LONG, "yellow")), (("H2", HEAVY, "orange"),), ()):
        publish(warned(*found))

        assert list(broken_tallies(SYSTEM)) == []
        current = IssuedWarning.objects.current().values("household_id").distinct().count()
        assert totals(SYSTEM).warned_households == current


def test_a_count_that_was_changed_is_found(cast: Cast) -> None:
    publish(warned(("H1", HEAVY, "red")))
    Tally.objects.filter(factor="", red=1).update(red=3)

    (broken,) = broken_tallies(SYSTEM)

    assert "对不上" in broken.sentence


def test_before_the_first_screening_the_register_is_counted(cast: Cast) -> None:
    figures = totals(cast.xiaozhou)

    assert (figures.households, figures.residents, figures.warned_households) == (2, 3, 0)
    assert sum(row.households for row in figures_by_place(cast.xiaozhou, level="village")) == 2
