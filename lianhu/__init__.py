"""lianhu: a township's key households, its cadres, and what passes between them, in one file."""

__version__ = "0.1.0"
