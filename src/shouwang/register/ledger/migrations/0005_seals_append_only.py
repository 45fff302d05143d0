"""Seals and signatures are as unchangeable as the entries; a seal holds a hash for each of its entries (封存只增不改)."""

from django.db import migrations

from shouwang.kernel.run_time_role import ROLE

TABLES = ("ledger_seal", "ledger_seal_signature")
FORWARD = [
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
    for table in TABLES
] + [
    f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(TABLES)} FROM {ROLE}",
    "ALTER TABLE ledger_seal ADD CONSTRAINT seal_has_all_leaves CHECK (octet_length(leaves) = 32 * entries)",
    # Hashes cannot be compressed; trying costs time at every seal.
    "ALTER TABLE ledger_seal ALTER COLUMN leaves SET STORAGE EXTERNAL",
]
BACK = [f"GRANT UPDATE, DELETE ON {', '.join(TABLES)} TO {ROLE}", "ALTER TABLE ledger_seal DROP CONSTRAINT seal_has_all_leaves"] + [
    f"DROP TRIGGER {table}_append_only ON {table}" for table in TABLES
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_seals")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
