"""What the contact center keeps about a call beside its notifications: the detail record, and the list of them."""
