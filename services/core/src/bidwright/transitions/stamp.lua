-- STAMP  wall                                   -> now      (the start of a read; the rate limiter's answer carries the same value)
save_clock()
return str(now)
