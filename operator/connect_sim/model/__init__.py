"""The service model: routes, wire formats and constraints of every operation, read from botocore's own data."""
