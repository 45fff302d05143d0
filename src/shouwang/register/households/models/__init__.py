"""Tables of the register (农户登记).

Do not write ID or phone numbers into any text column: they live encrypted in the `*_cipher` columns and are found by
the keyed `*_lookup` columns. Do not read rows without `.visible_to(actor)`.
"""

from shouwang.register.households.models.change import RegisterChange
from shouwang.register.households.models.entries import IncomeEntry, Measure, Risk, StatusTag
from shouwang.register.households.models.household import Household
from shouwang.register.households.models.monitoring import MonitoringPeriod
from shouwang.register.households.models.resident import Resident

__all__ = ["Household", "IncomeEntry", "Measure", "MonitoringPeriod", "RegisterChange", "Resident", "Risk", "StatusTag"]
