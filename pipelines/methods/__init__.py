"""What is computed on the build and on the screen alike: values in, values out; no file, no
network, no screen.
"""
