"""`python -m connect_sim`."""

from connect_sim.cli import main

if __name__ == "__main__":
    main()
