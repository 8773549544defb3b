"""What top leaders agreed to do, and those new to it."""
