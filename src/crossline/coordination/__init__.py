"""Whether two clusters work together or only coincide: relations against null models."""
