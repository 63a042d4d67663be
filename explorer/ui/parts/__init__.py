"""What several pages draw: controls, sentences, the ribbon, the stack, the window they stand in."""
