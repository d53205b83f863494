"""Sentences and predicates that several families share; no causes stand here."""
