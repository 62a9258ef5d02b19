"""What stands between the network and the pages: who may ask, how often, and what a browser may do with the answer."""
