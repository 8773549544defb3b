"""Pure rules of learning: no Django, no clock."""
