"""Recipes of the reference families: tiny models, six attention methods, two seeds."""
