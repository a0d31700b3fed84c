/**
 * `/metrics`: what Prometheus reads, in its text format.
 * @module
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Problem } from '../../core/problem.ts'
import type { Live, LiveJournal, Snapshot } from '../../ports.ts'
import { listPools, type PoolViewDeps } from '../../provisioning/pool-view.ts'
import type { SwitchDirectory } from '../../provisioning/switch-directory.ts'
import { durationBuckets, type RequestMeter, type RouteMeter } from '../request-meter.ts'

export interface MetricsDeps {
  readonly meter: RequestMeter
  readonly settingsWarnings: readonly Problem[]
  readonly snapshot: Live<Snapshot>
  readonly journal: LiveJournal
  readonly directory: SwitchDirectory
  readonly poolView: PoolViewDeps | undefined
  readonly listeners: () => number
  readonly version: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

/** Begins to watch reloads and the event loop; gives the text of each scrape. */
export class Metrics {
  private readonly deps: MetricsDeps
  private readonly delay = monitorEventLoopDelay({ resolution: 10 })
  private readonly unsubscribe: () => void
  private readonly startedAt: number
  private reloads = 0
  private goodAt: number

  constructor(deps: MetricsDeps) {
    this.deps = deps
    this.startedAt = deps.now()
    this.goodAt = deps.now()
    this.delay.enable()
    this.unsubscribe = deps.snapshot.subscribe((next) => {
      this.reloads += 1
      if (!hasErrors(next)) this.goodAt = deps.now()
    })
  }

  close(): void {
    this.unsubscribe()
    this.delay.disable()
  }

  async text(): Promise<string> {
    const { meter, settingsWarnings, snapshot, journal, directory } = this.deps
    const { poolView, listeners, version } = this.deps
    const out = new Exposition()
    out.family('ztpush_build_info', 'gauge', 'The version that runs.')
    out.sample('ztpush_build_info', { version }, 1)
    requests(out, meter)
    out.family('ztpush_renders_total', 'counter', 'Configurations that were rendered, by result.')
    const { statuses } = meter.renders
    for (const [result, status] of [
      ['ok', 200],
      ['failed', 503],
    ] as const) {
      out.sample('ztpush_renders_total', { result }, statuses.get(status) ?? 0)
    }
    out.family('ztpush_render_duration_seconds', 'histogram', 'How long a render took.')
    histogram(out, 'ztpush_render_duration_seconds', {}, meter.renders)
    const now = snapshot.current()
    out.family(
      'ztpush_reloads_total',
      'counter',
      'How often inventory or templates were read anew.',
    )
    out.sample('ztpush_reloads_total', {}, this.reloads)
    out.family(
      'ztpush_last_reload_successful',
      'gauge',
      '1 while all inventory and template files are good, else 0.',
    )
    out.sample('ztpush_last_reload_successful', {}, hasErrors(now) ? 0 : 1)
    out.family(
      'ztpush_last_good_timestamp_seconds',
      'gauge',
      'When all inventory and template files were good last.',
    )
    out.sample(
      'ztpush_last_good_timestamp_seconds',
      {},
      (hasErrors(now) ? this.goodAt : this.deps.now()) / 1_000,
    )
    out.family(
      'ztpush_problems',
      'gauge',
      'What is wrong with settings, inventory and templates, and with the journal.',
    )
    const problems = [...settingsWarnings, ...now.problems, ...journal.status().problems]
    for (const severity of ['error', 'warning'] as const) {
      out.sample(
        'ztpush_problems',
        { severity },
        problems.filter((each) => each.severity === severity).length,
      )
    }
    const { stuck, ...states } = await directory.counts()
    out.family('ztpush_switches', 'gauge', 'How many switches are in each state.')
    for (const [state, count] of Object.entries(states))
      out.sample('ztpush_switches', { state }, count)
    out.family(
      'ztpush_switches_stuck',
      'gauge',
      'How many of them have something left to do, and are silent.',
    )
    out.sample('ztpush_switches_stuck', {}, stuck)
    if (poolView !== undefined) await pools(out, poolView)
    out.family('ztpush_journal_events_lost_total', 'counter', 'Events that could not be written.')
    out.sample('ztpush_journal_events_lost_total', {}, journal.status().lost)
    out.family('ztpush_live_listeners', 'gauge', 'Who follows the live updates.')
    out.sample('ztpush_live_listeners', {}, listeners())
    this.process(out)
    return out.text
  }

  private process(out: Exposition): void {
    out.family(
      'ztpush_event_loop_lag_seconds',
      'summary',
      'How late the event loop was since the scrape before.',
    )
    for (const quantile of [0.5, 0.9, 0.99, 1]) {
      const lag = this.delay.percentile(quantile * 100) / 1e9
      out.sample(
        'ztpush_event_loop_lag_seconds',
        { quantile: String(quantile) },
        Number.isFinite(lag) ? lag : 0,
      )
    }
    out.sample(
      'ztpush_event_loop_lag_seconds_sum',
      {},
      Number.isFinite(this.delay.mean) ? (this.delay.mean * this.delay.count) / 1e9 : 0,
    )
    out.sample('ztpush_event_loop_lag_seconds_count', {}, this.delay.count)
    this.delay.reset()
    const { user, system } = process.cpuUsage()
    out.family('process_cpu_seconds_total', 'counter', 'Processor time, user and system.')
    out.sample('process_cpu_seconds_total', {}, (user + system) / 1e6)
    out.family('process_resident_memory_bytes', 'gauge', 'Resident memory.')
    out.sample('process_resident_memory_bytes', {}, process.memoryUsage.rss())
    out.family('process_start_time_seconds', 'gauge', 'When the server started.')
    out.sample('process_start_time_seconds', {}, this.startedAt / 1_000)
  }
}

function hasErrors({ problems }: Snapshot): boolean {
  return problems.some(({ severity }) => severity === 'error')
}

function requests(out: Exposition, meter: RequestMeter): void {
  const name = 'ztpush_http_requests_total'
  out.family(name, 'counter', 'Requests that were answered, by route and status.')
  for (const [route, { statuses }] of meter.all()) {
    for (const [status, count] of statuses)
      out.sample(name, { route, status: String(status) }, count)
  }
  const duration = 'ztpush_http_request_duration_seconds'
  out.family(
    duration,
    'histogram',
    'From the headers of a request to its answer; of files to their last byte.',
  )
  for (const [route, counts] of meter.all()) histogram(out, duration, { route }, counts)
}

function histogram(
  out: Exposition,
  name: string,
  labels: Readonly<Record<string, string>>,
  { buckets, seconds, requests: total }: RouteMeter,
): void {
  let sum = 0
  for (const [at, le] of durationBuckets.entries()) {
    sum += buckets[at] ?? 0
    out.sample(`${name}_bucket`, { ...labels, le: String(le) }, sum)
  }
  out.sample(`${name}_bucket`, { ...labels, le: '+Inf' }, total)
  out.sample(`${name}_sum`, labels, seconds)
  out.sample(`${name}_count`, labels, total)
}

async function pools(out: Exposition, view: PoolViewDeps): Promise<void> {
  const list = await listPools(view)
  out.family('ztpush_pool_values', 'gauge', 'Values of each resource pool, held and free.')
  for (const { name: pool, held, free } of list.pools) {
    out.sample('ztpush_pool_values', { pool, state: 'held' }, held)
    out.sample('ztpush_pool_values', { pool, state: 'free' }, free)
  }
}

/** A text in the exposition format. */
class Exposition {
  text = ''

  family(name: string, type: 'counter' | 'gauge' | 'histogram' | 'summary', help: string): void {
    this.text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
  }

  sample(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
    this.text += `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
  }
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
