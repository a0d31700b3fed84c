/**
 * What every page has: the head, the navigation, the place where live news are told.
 * @module
 */
import type { Child } from 'hono/jsx'

export interface LayoutProps {
  readonly title: string
  /** The entry of the navigation that this page belongs to. */
  readonly active: 'switches' | 'patterns' | 'pools' | 'templates' | 'problems' | 'docs' | 'none'
  /** Somebody has logged in, and may log out. */
  readonly guarded: boolean
  readonly children: Child
}

const entries = ['switches', 'patterns', 'pools', 'templates', 'problems', 'docs'] as const

export function Layout({ title, active, guarded, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · ztpush</title>
        <link rel="stylesheet" href="/page.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <script src="/live.js" defer />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <a class="brand" href="/">
            ztpush
          </a>
          <nav aria-label="Main">
            <ul>
              {entries.map((name) => (
                <li>
                  <a
                    href={name === 'switches' ? '/' : `/${name}`}
                    aria-current={name === active ? 'page' : undefined}
                  >
                    {name.charAt(0).toUpperCase() + name.slice(1)}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <p id="live" class="live" role="status" aria-live="polite" />
          {guarded ? (
            <form method="post" action="/logout">
              <button type="submit">Log out</button>
            </form>
          ) : (
            ''
          )}
        </header>
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  )
}
