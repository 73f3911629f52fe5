"""The figures of docs/performance.md: measured by ``python -m benchmarks``."""
