"""Hosting of workflows (流程的托管): queues, namespaces, schedules."""
