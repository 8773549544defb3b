"""What is told to whom, in which form, and what it did."""
