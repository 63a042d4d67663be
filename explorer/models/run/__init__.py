"""TIME: what goes in, layers × directions × steps, what is held meanwhile, and many runs side by side."""
