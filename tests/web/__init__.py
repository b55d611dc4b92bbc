"""Tests of the pages in a browser, and the double of the API that they look at."""
