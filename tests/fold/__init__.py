"""Tests of the fold: the cases, a small store around it, and a naive log to compare with."""
