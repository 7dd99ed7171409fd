"""xnn beside other libraries: one file each, imported only when it is used."""
