"""Scheduling and reconciling: what to do next for which object, through ports that aws/ and kube/ implement."""
