"""What pages, papers and packages are drawn with (呈现): one set of templates, and charts."""
