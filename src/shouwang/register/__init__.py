"""The register (台账): facts that two or more stages read, from places up to households."""
