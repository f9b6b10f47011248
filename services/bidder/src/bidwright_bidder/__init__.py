"""bidder: decides and reserves; it never speaks to the site itself."""
