"""The public pages: each view reads the request, makes one domain call and prints the result."""
