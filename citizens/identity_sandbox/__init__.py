"""A sandbox identity provider shaped like VNeID through the national portal; a process of its own.

    IDENTITY_SECRET=… python -m citizens.identity_sandbox --port 8805 --return-url URL

It has its own settings and its own database, which is gone when it ends; nothing of it stands in
the portal's settings, and a portal that is no trial refuses to start with it (``citizens.checks``).
"""
