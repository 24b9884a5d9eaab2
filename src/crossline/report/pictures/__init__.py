"""Geometry of the pictures: from tables to places on a canvas; macros draw them as SVG."""
