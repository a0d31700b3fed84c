/**
 * Counts requests and how long they took, by route and status, for the metrics.
 * @module
 */

/** Upper ends of the buckets, in seconds. */
export const durationBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const

/** What one route has answered. */
export class RouteMeter {
  /** How many requests of each status. */
  readonly statuses = new Map<number, number>()
  /** How many requests ended within each bucket and in none before it; the last is for all that took longer. */
  readonly buckets = new Float64Array(durationBuckets.length + 1)
  seconds = 0
  requests = 0

  count(status: number, ms: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    const seconds = ms / 1_000
    let bucket = 0
    while (bucket < durationBuckets.length && seconds > (durationBuckets[bucket] as number)) {
      bucket += 1
    }
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1
    this.seconds += seconds
    this.requests += 1
  }
}

/** One for each route of both doors; routes are names of our own, and never what a client sends. */
export class RequestMeter {
  private readonly routes = new Map<string, RouteMeter>()
  /** Configurations that were rendered, and not sent again from memory; status 200 or 503. */
  readonly renders = new RouteMeter()

  route(name: string): RouteMeter {
    const known = this.routes.get(name)
    if (known !== undefined) return known
    const made = new RouteMeter()
    this.routes.set(name, made)
    return made
  }

  all(): ReadonlyMap<string, RouteMeter> {
    return this.routes
  }
}
