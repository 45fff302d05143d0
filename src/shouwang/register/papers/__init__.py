"""Papers (文书): what is printed, signed and posted, issued once and kept as issued."""
