"""From a seed file, or a request of the control endpoint, to records, past the API's rules."""
