"""Writing the register (农户登记的办理)."""

from shouwang.register.households.actions.load import RegisterRefused, import_register
from shouwang.register.households.actions.reveal import NoReason, NotFound, reveal_identity

__all__ = ["NoReason", "NotFound", "RegisterRefused", "import_register", "reveal_identity"]
