"""The gateway: REST, WebSocket and the page. The only port a person or a program uses."""
