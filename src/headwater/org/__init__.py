"""The organisation: units as arrays, effective dates, and what a messy file says of them."""

from headwater.org.numbering import number_units, subtree_sums, subtree_sums_wide

__all__ = ["number_units", "subtree_sums", "subtree_sums_wide"]
