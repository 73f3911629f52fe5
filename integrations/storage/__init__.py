"""Files kept by the hash of their content, on a disk or in an object store."""
