"""The fault campaign (`make campaign`) and its random half for as long as one likes (`make soak`).

Here belongs what is run, in which order, and how it is reported. What must hold is said by the tests in tests/, which
`make test` runs as well, with fewer points and schedules: this package starts pytest and adds up what it did.
"""
