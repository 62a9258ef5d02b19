"""The layer between the network and the pages: who can send requests, how often, and how a browser can use the response."""
