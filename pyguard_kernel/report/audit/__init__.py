"""An audit as text, data, a page, or SARIF: one file a format."""
