"""Renderers: a Document in, a file out. Each has `render(document, target)`."""
