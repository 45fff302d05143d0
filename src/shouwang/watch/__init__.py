"""The watch (守望): looks at the whole river from outside it, and changes little."""
