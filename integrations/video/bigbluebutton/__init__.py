"""BigBlueButton, and what speaks like it: Scalelite, and other balancers."""
