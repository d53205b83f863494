"""dgcheck: names what is wrong between a client and a self-hosted Deepgram deployment."""

__version__ = "0.1.0"
