"""文书: papers handed out: their text kept, shown as a page or a Word document, and checked by code."""
