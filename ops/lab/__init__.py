"""The developers' lab (试验场): measurements, trials and attacks, each on a private system."""
