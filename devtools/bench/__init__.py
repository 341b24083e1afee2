"""The benchmarks behind `make bench`: figures of the real operator against a real Kubernetes API and the simulator.

Here belongs what is measured and how it is reported. What must be so belongs to the tests: a missed target is shown
here, never asserted. Another benchmark is another module in benchmarks/ and another line in its __init__.py.
"""
