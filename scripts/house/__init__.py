"""The house style as checks: see ../house.py."""
