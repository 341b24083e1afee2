"""`connect-operator csv`: the people of an instance as a spreadsheet, and a spreadsheet as manifests."""
