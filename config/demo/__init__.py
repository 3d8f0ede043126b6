"""The one-command demonstration: real servers, real protocols, fictitious people."""
