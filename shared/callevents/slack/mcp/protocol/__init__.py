"""The protocol: JSON-RPC messages, and how they travel over HTTP."""
