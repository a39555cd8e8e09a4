"""Pure: measures, causes and conformance, from events and dossiers."""
