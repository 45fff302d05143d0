"""Conditions: three-valued logic, in which unknown is neither true nor false, and comparison, lists and cases."""

from tests.spec.drawn import World, computed, expected

TRUTH = """
household | safe  | rooms | kind     | share  | note
----------+-------+-------+----------+--------+------
TT        | TRUE  | 1     | ordinary | 0.5000 | text
TF        | TRUE  | 0     | exited   | 0.2500 |
TU        | TRUE  |       |          |        |
FT        | FALSE | 1     | ordinary | 0.5000 |
FF        | FALSE | 0     | exited   | 0.5000 |
FU        | FALSE |       |          |        |
UT        |       | 1     | ordinary | 0.5000 |
UF        |       | 0     | exited   | 0.5000 |
UU        |       |       |          |        |
"""


def test_and_or_not_follow_kleene(engine):
    facts = """
    formula                       | type | TT    | TF    | TU    | FT    | FF    | FU    | UT    | UF    | UU
    ------------------------------+------+-------+-------+-------+-------+-------+-------+-------+-------+---
    safe AND rooms = 1            | bool | TRUE  | FALSE | ?     | FALSE | FALSE | FALSE | ?     | FALSE | ?
    safe OR rooms = 1             | bool | TRUE  | TRUE  | TRUE  | TRUE  | FALSE | ?     | TRUE  | ?     | ?
    NOT safe                      | bool | FALSE | FALSE | FALSE | TRUE  | TRUE  | TRUE  | ?     | ?     | ?
    NOT (safe AND rooms = 1)      | bool | FALSE | TRUE  | ?     | TRUE  | TRUE  | TRUE  | ?     | TRUE  | ?
    safe AND rooms = 1 OR TRUE    | bool | TRUE  | TRUE  | TRUE  | TRUE  | TRUE  | TRUE  | TRUE  | TRUE  | TRUE
    safe AND FALSE                | bool | FALSE | FALSE | FALSE | FALSE | FALSE | FALSE | FALSE | FALSE | FALSE
    safe AND NULL                 | bool | ?     | ?     | ?     | FALSE | FALSE | FALSE | ?     | ?     | ?
    safe = (rooms = 1)            | bool | TRUE  | FALSE | ?     | FALSE | TRUE  | ?     | ?     | ?     | ?
    safe <> (rooms = 1)           | bool | FALSE | TRUE  | ?     | TRUE  | FALSE | ?     | ?     | ?     | ?
    """

    assert computed(World(TRUTH), facts, engine) == expected(facts)


def test_comparison_with_an_unknown_is_unknown(engine):
    facts = """
    formula               | type | TT    | TF    | TU | UU
    ----------------------+------+-------+-------+----+---
    rooms > 0             | bool | TRUE  | FALSE | ?  | ?
    rooms >= 1            | bool | TRUE  | FALSE | ?  | ?
    rooms < 1             | bool | FALSE | TRUE  | ?  | ?
    rooms <= 0            | bool | FALSE | TRUE  | ?  | ?
    rooms <> 1            | bool | FALSE | TRUE  | ?  | ?
    rooms = NULL          | bool | ?     | ?     | ?  | ?
    rooms BETWEEN 0 AND 0 | bool | FALSE | TRUE  | ?  | ?
    rooms NOT BETWEEN 1 AND 9 | bool | FALSE | TRUE | ? | ?
    rooms BETWEEN 1 AND NULL | bool | ?  | FALSE | ?  | ?
    share >= 0.5          | bool | TRUE  | FALSE | ?  | ?
    share > 0.5           | bool | FALSE | FALSE | ?  | ?
    0.5 > share           | bool | FALSE | TRUE  | ?  | ?
    """

    assert computed(World(TRUTH), facts, engine) == expected(facts)


def test_lists_of_codes_and_numbers(engine):
    facts = """
    formula                          | type | TT    | TF    | TU | UU
    ---------------------------------+------+-------+-------+----+---
    kind = 'ordinary'                | bool | TRUE  | FALSE | ?  | ?
    kind <> 'ordinary'               | bool | FALSE | TRUE  | ?  | ?
    kind IN ('ordinary', 'exited')   | bool | TRUE  | TRUE  | ?  | ?
    kind NOT IN ('exited')           | bool | TRUE  | FALSE | ?  | ?
    rooms IN (1, 2, 3)               | bool | TRUE  | FALSE | ?  | ?
    share IN (0.25, 1)               | bool | FALSE | TRUE  | ?  | ?
    CASE WHEN safe THEN kind END     | text | ordinary | exited | ? | ?
    COALESCE(kind, 'ordinary')       | text | ordinary | exited | ordinary | ordinary
    """

    assert computed(World(TRUTH), facts, engine) == expected(facts)


def test_what_is_known_can_be_asked(engine):
    facts = """
    formula                        | type | TT    | TF    | TU    | UU
    -------------------------------+------+-------+-------+-------+-----
    rooms IS NULL                  | bool | FALSE | FALSE | TRUE  | TRUE
    rooms IS NOT NULL              | bool | TRUE  | TRUE  | FALSE | FALSE
    note IS NULL                   | bool | FALSE | TRUE  | TRUE  | TRUE
    (rooms / 0) IS NULL            | bool | TRUE  | TRUE  | TRUE  | TRUE
    (safe AND rooms = 1) IS NULL   | bool | FALSE | FALSE | TRUE  | TRUE
    COALESCE(safe, FALSE)          | bool | TRUE  | TRUE  | TRUE  | FALSE
    COALESCE(rooms, share / 0, 7)  | integer | 1  | 0     | 7     | 7
    """
    facts = facts.replace("share / 0", "rooms - rooms")

    assert computed(World(TRUTH), facts, engine) == expected(facts)


def test_a_case_takes_the_first_branch_that_is_true_and_unknown_is_not_true(engine):
    facts = """
    formula                                                      | type    | TT | TF | TU | FT | FU | UT | UU
    -------------------------------------------------------------+---------+----+----+----+----+----+----+---
    CASE WHEN safe THEN 1 WHEN rooms = 1 THEN 2 ELSE 3 END       | integer | 1  | 1  | 1  | 2  | 3  | 2  | 3
    CASE WHEN NOT safe THEN rooms END                            | integer | ?  | ?  | ?  | 1  | ?  | ?  | ?
    CASE WHEN safe IS NULL THEN 0.5 WHEN safe THEN 1 ELSE 0 END  | ratio   | 1  | 1  | 1  | 0  | 0  | 0.5 | 0.5
    CASE WHEN safe THEN rooms = 1 ELSE NULL END                  | bool    | TRUE | FALSE | ? | ? | ? | ? | ?
    """

    assert computed(World(TRUTH), facts, engine) == expected(facts)
