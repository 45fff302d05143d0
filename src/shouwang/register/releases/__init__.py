"""Lists of people that leave the platform (名单导出放行): counted by person and day, and let out by a second person."""
