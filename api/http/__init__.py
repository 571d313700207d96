"""What every request and answer passes, whoever asks (HTTP): bodies, errors, headers, uploads, live changes."""
