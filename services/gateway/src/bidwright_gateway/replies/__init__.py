"""
Replies: what each route gives, as types. The OpenAPI is made of them, and tests read real answers with them.

The routes build plain mappings, since the contract wants some of them byte by byte; a field too many or too few fails a test.
"""
