"""Settings of the installation (配置): the environment table and the Django settings made from it."""
