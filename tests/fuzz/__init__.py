"""Files that nobody meant: every parser of what strangers send is given real files with something wrong in them."""
