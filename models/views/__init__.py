"""Views (视图): what doors answer and pages show, one file a subject. Shapes only: access is decided elsewhere."""
