"""Staff (工作人员): who works here, in which post, for which place, and what the post allows."""
