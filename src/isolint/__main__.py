"""`python -m isolint`."""

from isolint.cli import main

if __name__ == "__main__":
    main()
