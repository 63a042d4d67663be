"""What one session asks for and holds: its request, its uploads, and what the menus offer."""
