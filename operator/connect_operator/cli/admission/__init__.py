"""Manifests judged as the API server would, without one: by the CustomResourceDefinitions themselves.

`definitions` loads them, `structure` checks types and limits, `expressions` evaluates their CEL rules, `wording` says
it in plain words, `metadata` knows what holds for every object, `judge` puts it together.
"""
