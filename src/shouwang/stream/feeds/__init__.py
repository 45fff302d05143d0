"""Department feeds (部门数据): files come in, are read, checked and kept."""
