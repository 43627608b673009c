"""`python -m isolint`."""

from isolint.cli import main

main()
