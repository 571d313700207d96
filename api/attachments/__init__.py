"""附件: files of a case: looked at, cleaned, scanned, sealed with the case's key, kept in a folder or an S3 store."""
