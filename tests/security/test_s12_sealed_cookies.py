"""S12: cookies that were sealed by the extension are read by nellis-proxy alone: neither the gateway nor Redis sees them."""

import base64

CANARY = "sealed-canary-5d1f"


async def test_only_ciphertext_passes(owner, store, gateway, capfd):
    """The site's service gets what was sealed; nothing of it is stored, told or logged by us."""
    parts = {name: base64.b64encode(f"{name} of what was sealed".encode()).decode() for name in ("publicKey", "nonce", "ciphertext")}
    reply = await owner.post("/api/auth", json={"sealed": {"keyId": "k1", **parts}})
    assert (200, ["sealed to k1"]) == (reply.status_code, gateway.site.cookies)


async def test_plain_cookies_leave_no_trace(owner, store, capfd):
    """Those of old clients are handed on and forgotten."""
    await owner.post("/api/auth", json={"cookies": f"__session={CANARY}; other=1"}, headers={"Idempotency-Key": "cookies-once"})
    kept = [str(await store.dump(name)) async for name in store.scan_iter("*")]
    told = [(await owner.get(path)).text for path in ("/api/auth/status", "/api/audit", "/api/status", "/metrics")]
    assert not [text for text in (*kept, *told, *capfd.readouterr()) if CANARY in text]
