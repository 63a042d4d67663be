"""The page Train: what is learned, by whom, how it goes, and what came of it."""
