"""The role under which pages and jobs work (运行角色): not the owner of the tables, and bound by row-level security.

The owner makes and changes tables; the run-time role reads and writes rows, those of its place range alone, and can
neither lift the policies nor change a row of the ledger. A server of our own lets it log in with a password of its own;
on a county's server a login either is this role, is a member of it, or owns the tables and steps down to it.
"""

import psycopg

from shouwang.kernel.errors import InputError

ROLE = "shouwang_app"
EVERYWHERE = (0, 10**12)
"""The range of scheduled work and the command line: every twelve-digit place number."""
NOWHERE = (0, 0)
"""The range of those who have no business with households."""

MAINTAIN_FROM = 170_000
"""The first version of PostgreSQL that lets somebody else than the owner analyse a table."""

MAKE_ROLE = f"""
DO $$ BEGIN
    CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def everywhere_options() -> str:
    """The start-up options of a connection that works for the system: its range is everything."""
    low, high = EVERYWHERE
    return " ".join(f"-c shouwang.{name}_low={low} -c shouwang.{name}_high={high}" for name in ("range", "area"))


def ensure_role(owner: psycopg.Connection) -> None:
    """The role exists, has no powers of its own, and whoever owns the tables may step down to it.

    Raises InputError with the statements that the county's database administrator must run.
    """
    try:
        if not owner.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            owner.execute(MAKE_ROLE)
        if not _may_step_down(owner):
            owner.execute(f"GRANT {ROLE} TO CURRENT_USER")
    except psycopg.errors.InsufficientPrivilege:
        raise InputError(
            f"数据库账号不能建立或使用运行角色 {ROLE}。",
            f"请数据库管理员执行：CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO 表的所有者;",
        ) from None
    row = owner.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
    if row and row[0]:
        raise InputError(f"运行角色 {ROLE} 能绕过行级安全。", f"请执行：ALTER ROLE {ROLE} NOSUPERUSER NOBYPASSRLS;")


def let_role_analyse(*tables: str) -> str:
    """The statement that lets the role refresh what the planner knows of tables (更新统计), where the server can grant it.

    PostgreSQL grants MAINTAIN from 17 on; an older server keeps to its own schedule. The right holds for loading by
    sets alone, and not for every table: it locks, too.
    """
    named = ", ".join(f'"{table}"' for table in tables)
    return f"""
    DO $$ BEGIN
        IF current_setting('server_version_num')::int >= {MAINTAIN_FROM} THEN
            EXECUTE 'GRANT MAINTAIN ON {named} TO {ROLE}';
        END IF;
    END $$
    """


def let_role_log_in(owner: psycopg.Connection, password: str) -> None:
    """Give the role a password, on a server of our own."""
    owner.execute(
        psycopg.sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
            psycopg.sql.Identifier(ROLE), psycopg.sql.Literal(password)
        )
    )


def _may_step_down(owner: psycopg.Connection) -> bool:
    try:
        with owner.transaction():
            owner.execute(f"SET LOCAL ROLE {ROLE}")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True
