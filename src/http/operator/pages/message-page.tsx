/**
 * Pages that say one thing: what went wrong, what is not there.
 * @module
 */
import type { Refusal } from '../problem-response.ts'
import { type PageDeps, page, publicPage } from './page-response.tsx'
import { visible } from './visible.ts'

/** A refusal as a page with the navigation. */
export function messagePage(deps: PageDeps, status: number, refusal: Refusal): Promise<Response> {
  const title = titles.get(status) ?? 'That did not work'
  return page(deps, { title, status, still: true }, <Message title={title} refusal={refusal} />)
}

/** A refusal for anybody. */
export function publicMessagePage(status: number, refusal: Refusal): Promise<Response> {
  const title = titles.get(status) ?? 'That did not work'
  return publicPage({ title, status, still: true }, <Message title={title} refusal={refusal} />)
}

const titles: ReadonlyMap<number, string> = new Map([
  [400, 'This cannot be used'],
  [403, 'Not from there'],
  [404, 'Not found'],
  [409, 'Something is in the way'],
  [500, 'The server made a mistake'],
])

function Message({ title, refusal }: { readonly title: string; readonly refusal: Refusal }) {
  const { code, message, fix } = refusal
  return (
    <section class="message">
      <h1>{title}</h1>
      <p>{visible(message)}</p>
      {fix == null ? null : (
        <p>
          <strong>Fix:</strong> {visible(fix)}
        </p>
      )}
      <p class="dim">
        <a href={`/docs/problems#${code}`}>{code}</a> · <a href="/">All switches</a>
      </p>
    </section>
  )
}
