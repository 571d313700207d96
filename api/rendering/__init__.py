"""Rendering of pages, papers and packages (呈现): one set of templates, and charts."""
