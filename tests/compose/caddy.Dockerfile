# A stand-in for Caddy's own image where that cannot be had: this machine's program in our base image.
FROM python:3.12-slim-bookworm
COPY caddy /usr/bin/caddy
