"""Video-conference systems: one protocol, one module for each provider."""
