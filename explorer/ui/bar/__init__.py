"""The bar at the top of every page, and what every page begins with."""
