/**
 * What every page has around it.
 * @module
 */
import type { Child } from 'hono/jsx'
import { counted } from './wording.ts'

/** The places of the navigation. */
const places = [
  ['/', 'Switches'],
  ['/patterns', 'Patterns'],
  ['/pools', 'Pools'],
  ['/templates', 'Templates'],
  ['/problems', 'Problems'],
  ['/docs', 'API'],
] as const

export type Place = (typeof places)[number][0]

/** How many problems there are, for the navigation. */
export interface ProblemCount {
  readonly count: number
  readonly complete: boolean
}

export interface LayoutProps {
  readonly title: string
  /** Undefined: of none of them. */
  readonly place?: Place | undefined
  /** Undefined for who may not see anything yet. */
  readonly problems: ProblemCount | undefined
  /** A session can be ended. */
  readonly guarded: boolean
  /** The switch that the page is about. */
  readonly switchId?: string | undefined
  /** The page does not look anew by itself: what it shows was asked for once. */
  readonly still?: boolean | undefined
  readonly children?: Child
}

export function Layout(props: LayoutProps) {
  const { title, problems, switchId, still = false } = props
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · ztpush`}</title>
        <link rel="icon" href="/web/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/web/page.css" />
        {problems === undefined ? null : <script src="/web/live.js" defer></script>}
      </head>
      <body data-switch={switchId} data-still={still ? 'yes' : undefined}>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <Header {...props} />
        <main id="content" tabindex={-1}>
          {props.children}
        </main>
        <div id="told" class="unseen" role="status" aria-live="polite"></div>
      </body>
    </html>
  )
}

function Header({ place, problems, guarded }: LayoutProps) {
  return (
    <header class="top">
      <a class="brand" href="/">
        ztpush
      </a>
      {problems === undefined ? null : (
        <>
          <nav aria-label="Pages">
            <ul>
              {places.map(([href, name]) => (
                <li>
                  <a href={href} aria-current={href === place ? 'page' : undefined}>
                    {name}
                    {href === '/problems' ? <Problems {...problems} /> : null}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <p id="link" class="link" data-link="none" hidden></p>
          {guarded ? (
            <form method="post" action="/logout">
              <button type="submit" class="quiet">
                Log out
              </button>
            </form>
          ) : null}
        </>
      )}
    </header>
  )
}

function Problems({ count, complete }: ProblemCount) {
  return (
    <span
      id="problem-count"
      class={count > 0 ? 'count bad' : 'count'}
      data-complete={complete ? 'yes' : 'no'}
      title={counted(count, 'problem')}
    >
      {String(count)}
    </span>
  )
}
