"""The command line: ``python -m generate`` writes what is out of date, and says what that was."""

from __future__ import annotations

from generate.products import ROOT, outdated, remove_strays, write


def main() -> None:
    """Write every product that is not as it should be; remove what is no product any more."""
    for path in outdated():
        write(path)
        print(f"wrote {path.relative_to(ROOT)}")
    for path in remove_strays():
        print(f"removed {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
