"""The data standard of the cameras, as it is published: schemas, words, samples.

``vn.traffic.violation-event/1`` in two shapes: what a gateway may send, and the whole event as it
is stored and shared. Both files are written from the shapes the portal itself checks by
(``manage.py write_standard``); a test holds the files to the shapes.
"""
