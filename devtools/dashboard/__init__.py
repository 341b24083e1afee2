"""A picture of the Grafana dashboard: its own queries, answered by Prometheus about a real run of the operator."""
