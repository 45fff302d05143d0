"""No unique key tells what lies in another place (T-16): a collision with a hidden row must say nothing about anybody.

PostgreSQL refuses a second row with the same key even where row-level security hides the first. So every unique key of
a protected table stands here with the reason why a collision with a row of another place cannot be brought about by
what somebody types.
"""

from django.db import connection

MADE_HERE = "numbers and codes that the platform makes"
OWN_ROW = "the key names a row that the person sees, of the same place"
IMPORTED = "made by imports of the whole register, or from the fingerprint of a sheet; never typed"
ON_PHONE = "random 128-bit numbers, made by the platform or on a phone; one that was taken tells nothing of whose it is"

REASONS = {
    "households_household": IMPORTED,
    "households_resident": IMPORTED,
    "households_measure": OWN_ROW,
    "linkage_review": "the delivery and the row in it",
    "feeds_manifest": "one for each delivery",
    "feeds_delivery": "the fingerprint of a file, with the area of who sends it",
    "screening_gap": OWN_ROW,
    "screening_warning": OWN_ROW,
    "screening_tally": "counted by publication",
    "procedure_case": MADE_HERE,
    "procedure_record": OWN_ROW,
    "procedure_evidence": OWN_ROW,
    "procedure_enquiry": OWN_ROW,
    "papers_posting": MADE_HERE,
    "papers_posted_case": OWN_ROW,
    "papers_paper": MADE_HERE,
    "releases_answer": OWN_ROW,
    "releases_departure": OWN_ROW,
    "clues_clue": OWN_ROW,
    "clues_source": OWN_ROW,
    "clues_held_warning": OWN_ROW,
    "clearance_follow_up": OWN_ROW,
    "clearance_contact": OWN_ROW,
    "clearance_round_row": OWN_ROW,
    "assistance_plan": OWN_ROW,
    "assistance_feedback": MADE_HERE,
    "assistance_measure": MADE_HERE,
    "determination_snapshot": OWN_ROW,
    "exchange_difference": OWN_ROW,
    "exchange_sent_household": OWN_ROW,
    "exchange_reply_sheet": IMPORTED,
    "self_service_application": MADE_HERE,
    "self_service_correction": MADE_HERE,
    "fieldwork_phone": ON_PHONE,
    "fieldwork_bundle": ON_PHONE,
    "fieldwork_entry": ON_PHONE,
    "visits_visit": ON_PHONE,
}
"""Protected table → why its unique keys tell nothing."""
KEYS = """
SELECT c.relname, array_agg(DISTINCT a.attname) FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_policy p ON p.polrelid = c.oid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
WHERE i.indisunique AND NOT (i.indisprimary AND i.indnatts = 1 AND a.attidentity <> '')
GROUP BY c.relname
"""


def _keys():
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        return dict(cursor.fetchall())


def test_every_unique_key_of_a_protected_table_was_thought_about(db):
    found = _keys()

    assert sorted(set(found) - set(REASONS)) == [], "say in REASONS why a collision with a hidden row tells nothing"
    assert sorted(set(REASONS) - set(found)) == []


def test_nothing_that_says_who_somebody_is_is_unique(db):
    """Two places may hold the same ID number or phone: neither learns of the other."""
    names = {name for columns in _keys().values() for name in columns} - {"code_lookup"}  # of a code that was made here

    assert [name for name in names if name.endswith(("_lookup", "_cipher")) or name in ("name", "head_name")] == []
