"""Which workflows are at work where (流程的托管), and what begins by itself."""
