"""The rooms of the house: Django apps, one a verb of the loop."""
