"""Speak to payment providers, one module a provider.

`contract` holds the words every provider shares; a provider module turns them into its own
protocol. Nothing here touches a model: the checkout hands in plain data and stores what comes
back. The `sandbox_*` modules are a bank of our own that runs as a separate process and shares
no code with the provider modules, so that both cannot be wrong in the same way.
"""
