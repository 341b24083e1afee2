"""HTTP: who calls, how often, under which faults; and the answers on the wire."""
