"""Working calendar (工作日历): which days are worked where, and when a limit of days ends."""
