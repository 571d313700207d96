"""What developers run (试验场): measurements, trials and attacks, each on a system of its own."""
