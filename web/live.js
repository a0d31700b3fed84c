/**
 * What happens is seen at once. Without this script every page works, and shows how things were when it was asked for.
 */
const told = document.querySelector('#told')
const link = document.querySelector('#link')
const { switch: switchId, still } = document.body.dataset
const keepsStill = still === 'yes'

/* --- the connection --- */

let source
let lostBefore = false
// the page was made a moment before anybody listened
let missed = !keepsStill && document.querySelector('[data-live="yes"]') !== null

function connect() {
  source = new EventSource('/api/v1/events')
  source.addEventListener('open', () => {
    showLink('live', 'Live')
    // what happened meanwhile is told by nobody, except to who comes back with the id of what it saw last
    if (lostBefore || missed) void lookAnew()
    lostBefore = false
    missed = false
  })
  source.addEventListener('error', () => {
    if (!lostBefore) announce('The connection to the server is lost. Trying again.')
    lostBefore = true
    showLink('lost', 'Connection lost – trying again')
    // a refusal ends it for good
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5_000)
  })
  source.addEventListener('changes', ({ data }) => takeChanges(JSON.parse(data)))
  source.addEventListener('snapshot', () => {
    void lookAnew()
    void countProblems()
  })
  source.addEventListener('resync', lookAnew)
}

function showLink(state, text) {
  link.hidden = false
  link.dataset.link = state
  if (link.textContent !== text) link.textContent = text
}

// a tab that nobody looks at holds no connection: a browser has six of them for all its tabs
document.addEventListener('visibilitychange', () => {
  if (document.hidden) source?.close()
  else {
    lostBefore = true
    connect()
  }
})

/* --- switches --- */

function takeChanges({ changed, more, counts }) {
  const total = takeCounts(counts)
  const moved = []
  for (const row of changed) {
    const tr = document.querySelector(`tr[data-id="${CSS.escape(row.id)}"]`)
    if (tr !== null && fillRow(tr, row)) moved.push(row)
  }
  const isOfPage = switchId !== undefined && (more > 0 || changed.some(({ id }) => id === switchId))
  if (isOfPage || (document.querySelector('#switches') !== null && (more > 0 || total)))
    void lookAnew()
  tellMoved(moved)
}

/** The chips and the bar. True when who belongs on this page may be another one now. */
function takeCounts(counts) {
  const states = Object.keys(counts).filter((state) => state !== 'stuck')
  const all = states.reduce((sum, state) => sum + counts[state], 0)
  let changed = false
  for (const chip of document.querySelectorAll('[data-chip]')) {
    const state = chip.dataset.chip
    const count = state === 'all' ? all : counts[state]
    const number = chip.querySelector('b')
    if (number.textContent === String(count)) continue
    number.textContent = String(count)
    chip.classList.toggle('none', count === 0)
    if (chip.hasAttribute('aria-current')) changed = true
  }
  let x = 0
  for (const rect of document.querySelectorAll('[data-bar]')) {
    const width = all === 0 ? 0 : (counts[rect.dataset.bar] / all) * 1_000
    rect.setAttribute('x', x.toFixed(1))
    rect.setAttribute('width', width.toFixed(1))
    x += width
  }
  return changed
}

const word = (state) => (state === 'config-backed-up' ? 'backed up' : state.replaceAll('-', ' '))
const verbs = {
  'action-started': 'running',
  'action-succeeded': 'done:',
  'action-failed': 'failed:',
}

/** As pages/switch-table.tsx does. True when its state is another one. */
function fillRow(tr, row) {
  const mark = tr.querySelector('.mark')
  const before = mark.textContent
  const state = row.stuck ? 'stuck' : row.state
  mark.className = `mark s-${state}`
  mark.textContent = row.stuck ? `stuck: ${word(row.state)}` : word(row.state)
  tr.className = `r-${state}`
  const since = tr.querySelector('.since')
  if (row.since === null) since.replaceChildren()
  else {
    const time = document.createElement('time')
    time.dateTime = row.since
    time.title = clockTime(row.since)
    time.textContent = ago(row.since)
    since.replaceChildren(time)
  }
  tr.querySelector('.model').textContent = visible(row.model ?? '')
  tr.querySelector('.eos').textContent = visible(row.version ?? '')
  tr.querySelector('.ids').textContent = visible([row.mac, row.serial].filter(Boolean).join(' '))
  tr.querySelector('.from').textContent = visible(row.from ?? '')
  const now = tr.querySelector('.now')
  const text = nowOf(row)
  const hasMoved = before !== mark.textContent || now.textContent !== text
  now.textContent = text
  if (hasMoved) {
    // begun anew, also for what has moved a moment ago
    tr.classList.remove('moved')
    void tr.offsetWidth
    tr.classList.add('moved')
  }
  return before !== mark.textContent
}

function nowOf({ problem, action, state }) {
  if (problem !== null) return visible(problem.message ?? problem.code)
  if (action === null || state !== 'provisioning') return ''
  return `${verbs[action.kind] ?? ''} ${visible(action.name)}`.trim()
}

/** As pages/visible.ts does. */
function visible(text) {
  const unseen =
    /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu
  return text.replace(unseen, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
    const code = character.codePointAt(0).toString(16)
    return short ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`)
  })
}

/* --- times --- */

const clockTime = (time) => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`

function ago(time) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`
}

setInterval(() => {
  for (const time of document.querySelectorAll('time[title]')) {
    const text = ago(time.dateTime)
    if (time.textContent !== text) time.textContent = text
  }
}, 5_000)

/* --- looking anew --- */

const pauseMs = 1_000
let looking = false
let again = false

/** Asks for the same page and takes over its parts that live; at most one at a time, with a pause behind each. */
async function lookAnew() {
  if (keepsStill) {
    announce('Something has changed. Load the page again to see it.')
    return
  }
  again = looking
  if (looking) return
  looking = true
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } })
    if (answer.redirected) location.reload()
    else if (answer.ok) takeParts(await answer.text())
  } catch {
    // the connection is told of by itself
  }
  setTimeout(() => {
    looking = false
    if (again) void lookAnew()
  }, pauseMs)
}

function takeParts(html) {
  const next = new DOMParser().parseFromString(html, 'text/html')
  for (const part of document.querySelectorAll('[data-live]')) {
    const fresh = next.getElementById(part.id)
    if (fresh === null || fresh.innerHTML === part.innerHTML) continue
    const open = [...part.querySelectorAll('details[open]')].map(({ id }) => id)
    const focused = part.contains(document.activeElement) ? pathTo(document.activeElement) : null
    const scrolled = [...part.querySelectorAll('[tabindex="0"]')].map(({ id, scrollTop }) => [
      id,
      scrollTop,
    ])
    part.replaceChildren(...fresh.childNodes)
    for (const id of open) if (id !== '') document.getElementById(id)?.setAttribute('open', '')
    for (const [id, top] of scrolled) if (id !== '') document.getElementById(id)?.scrollTo(0, top)
    if (focused !== null) part.querySelector(focused)?.focus({ preventScroll: true })
    prepare(part)
  }
}

/** How an element is found again among new ones. */
function pathTo(element) {
  const { id, tagName } = element
  if (id !== '') return `#${CSS.escape(id)}`
  const href = element.getAttribute('href')
  if (href !== null) return `a[href="${CSS.escape(href)}"]`
  return `${tagName}[name="${CSS.escape(element.getAttribute('name') ?? '')}"]`
}

/* --- telling --- */

let unsaid = []
let saying

function announce(text) {
  told.textContent = text
}

/** Who listens hears of changes, and not of each one when there are many. */
function tellMoved(moved) {
  unsaid.push(...moved)
  if (unsaid.length === 0 || saying !== undefined) return
  saying = setTimeout(() => {
    const rows = unsaid
    unsaid = []
    saying = undefined
    announce(
      rows.length > 3
        ? `${rows.length} switches have moved`
        : rows.map((row) => `${visible(row.name)}: ${word(row.state)}`).join(', '),
    )
  }, 1_000)
}

/* --- problems --- */

let shownProblems

async function countProblems() {
  const badge = document.querySelector('#problem-count')
  const answer = await fetch('/api/v1/problems').catch(() => undefined)
  if (!answer?.ok) return
  const etag = answer.headers.get('ETag')
  const { problems, complete } = await answer.json()
  badge.textContent = String(problems.length)
  badge.title = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`
  badge.classList.toggle('bad', problems.length > 0)
  const list = document.querySelector('#problems')
  if (list !== null && etag !== shownProblems) {
    shownProblems = etag
    void lookAnew()
  }
  if (!complete) setTimeout(countProblems, 1_500)
}

// nobody tells of changes in the data root
if (document.querySelector('#problems') !== null) {
  setInterval(() => {
    if (!document.hidden) void countProblems()
  }, 2_000)
}

/* --- keys --- */

document.addEventListener('keydown', (event) => {
  const { key, target } = event
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (target.closest('input, textarea, select') !== null) return
  if (key === '/') {
    const field = document.querySelector('input[type="search"]')
    if (field === null) return
    event.preventDefault()
    field.focus()
    field.select()
  }
  if (key !== 'j' && key !== 'k') return
  // Enter follows the link that has the focus
  const links = [...document.querySelectorAll('[data-id] th a')]
  const at = links.indexOf(target.closest('tr')?.querySelector('th a'))
  const next = links[key === 'j' ? at + 1 : Math.max(0, at - 1)]
  next?.focus()
})

/* --- copying --- */

function prepare(part) {
  for (const button of part.querySelectorAll('[data-copy]')) {
    button.hidden = navigator.clipboard === undefined
    button.addEventListener('click', async () => {
      const lines = document.getElementById(button.dataset.copy).querySelectorAll('.l')
      await navigator.clipboard.writeText(
        [...lines].map(({ textContent }) => textContent.replace(/\n?$/, '\n')).join(''),
      )
      announce('Copied')
      button.textContent = 'Copied'
    })
  }
}

prepare(document)
connect()
if (document.querySelector('#problem-count')?.dataset.complete === 'no')
  setTimeout(countProblems, 500)
