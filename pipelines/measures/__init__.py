"""What we compute ourselves from what the sources publish; one file each, run by the build."""
