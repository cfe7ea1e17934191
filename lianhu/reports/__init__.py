"""Figures: each one defined once (indicators), and how reports lay them out."""
