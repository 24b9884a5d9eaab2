"""`python -m crossline`."""

from crossline.cli import main

if __name__ == "__main__":
    main()
