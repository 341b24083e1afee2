"""Files that are made from others: `make generate` writes them, a test says which is out of date.

What a product is made from belongs to its module here; which there are, to products.py.
"""
