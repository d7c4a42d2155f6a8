"""Invented crawls: articles set into pages of sites that do not exist, with known copies."""
