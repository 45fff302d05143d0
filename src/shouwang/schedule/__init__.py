"""What happens by itself (定时任务): the folder is the schedule, each file calls one or a few actions."""
