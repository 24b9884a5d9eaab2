"""What each intrusion means: the way in, suppliers, reach, exposure, adaptation, interference, gaps."""
