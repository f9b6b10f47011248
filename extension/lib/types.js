// Shapes that travel: what the gateway says of a lot and of itself, and what the extension keeps. Only types; nothing runs here.

/**
 * A lot as the gateway has it; money in dollars, times in Unix ms or ISO. The gateway's OpenAPI describes every field.
 * @typedef {object} Auction
 * @property {string} id
 * @property {string} title
 * @property {string} url
 * @property {string | null} imageUrl
 * @property {'monitoring' | 'ended' | 'error'} status
 * @property {Config} config
 * @property {LotData | null} data
 * @property {number} lastUpdate
 * @property {'live' | 'dry-run'} mode
 * @property {{kind: 'will' | 'wont' | 'idle' | 'trouble' | 'ended', sentence: string}} forecast
 * @property {string | null} outcome
 * @property {boolean} standing
 * @property {string | null} inDoubt
 * @property {{current: number, cap: number, next: number, final?: number}} allIn
 * @property {{hammer: number, allIn: number}} caps
 * @property {Rates} rates
 * @property {Group | null} group
 * @property {number} exposure
 * @property {number} ownHigh
 * @property {number | null} endedAt
 * @property {string | null} postMortem
 * @property {string} [error]
 */
/**
 * @typedef {object} Config
 * @property {number} maxBid
 * @property {number} [maxAllIn]
 * @property {boolean} autoBid
 * @property {string} strategy
 * @property {string} strategyName
 * @property {string} version
 * @property {Record<string, unknown>} [params]
 */
/**
 * @typedef {object} LotData
 * @property {number} currentBid
 * @property {number} nextBid
 * @property {number} bidCount
 * @property {boolean} isWinning
 * @property {string | null} closeTime
 * @property {number} retailPrice
 * @property {{id: number, name: string} | null} location
 * @property {boolean} extended
 * @property {string} notes
 * @property {number} seenAt
 * @property {string} [title]
 */
/** @typedef {{premium: string | number, tax: string | number, source: string}} Rates Percentages, and where they come from. */
/** @typedef {{id: string, name: string, wanted: number, over: number, won: number, leading: number}} Group */
/**
 * Switches, session and money of the gateway.
 * @typedef {object} Service
 * @property {'live' | 'dry-run'} mode
 * @property {boolean} halted
 * @property {string} haltedWhy
 * @property {string} gen
 * @property {string} session
 * @property {string} sessionWhy
 * @property {string | null} sessionCheckedAt
 * @property {number} exposure
 * @property {number | null} budget
 * @property {boolean} storeUp
 * @property {string} breaker
 * @property {string} format
 * @property {string} formatWhy
 */
/** @typedef {{real: boolean, simulated: boolean, address: string}} Site */
/**
 * What is kept of a lot. *at*: our clock when the auction was told; *doubtAt*: since when a bid's outcome is not known.
 * @typedef {{auction: Auction, at: number, doubtAt?: number}} Entry
 */
/** @typedef {'on' | 'connecting' | 'off' | 'refused' | 'unpaired'} LinkState */
/** @typedef {{state: LinkState, why: string, code: string, since: number}} Link */
/** @typedef {{url: string, device: string, name: string, pairedAt: number}} Gateway */
/** @typedef {{kind: string, message: string}} Note */
/** @typedef {{at: number, price: number, source: string}} Price */
/** @typedef {{name: string, description: string, params: string, plugin: string, version: string}} StrategyOffer */
/**
 * @typedef {object} Snapshot
 * @property {Link} link
 * @property {Service | null} service
 * @property {Site | null} site
 * @property {Entry[]} lots
 */
export {};
