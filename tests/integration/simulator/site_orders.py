"""What one asks of the simulated site: a fault through its control side, a bid as a visitor."""


async def fault(client, **order):
    reply = await client.post("/__sim/faults", json=order)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def place(client, lot, amount, cookie):
    return await client.post("/api/bids", json={"productId": lot.id, "bid": amount}, headers=cookie)
