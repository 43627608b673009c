"""The language server: what editors show while code is being written. Needs the extra `lsp`."""
