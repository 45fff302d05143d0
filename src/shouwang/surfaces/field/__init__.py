"""The page for the phone on the way (外出采集手机页): works without a signal, sends when there is one."""
