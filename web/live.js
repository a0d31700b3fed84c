/**
 * What a page does beyond HTML: it follows the live updates, copies, and listens to some keys. Everything works without it.
 */
const root = document.documentElement
root.classList.add('scripted')
const news = document.getElementById('live')
const say = (text) => {
  if (news !== null && news.textContent !== text) news.textContent = text
}

const shapes = {
  'never-seen': '○',
  seen: '◌',
  'config-served': '●',
  'bootstrap-served': '◔',
  registered: '◑',
  'definition-served': '◕',
  provisioning: '▸',
  provisioned: '●',
  'config-backed-up': '◆',
  failed: '✕',
  stuck: '‖',
}

// as src/core/printable.ts: what would turn or hide the text that follows is made visible
const commands = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
const printable = (text) =>
  text.replace(commands, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)

const element = (name, className, ...children) => {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

const agoText = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`
}

const ago = (at) => {
  if (at === null) return element('span', 'none', '–')
  const time = element('time', '', agoText(Date.now() - Date.parse(at)))
  time.dateTime = at
  time.title = at
  return time
}

const text = (value) =>
  value === null || value === '' ? element('span', 'none', '–') : printable(value)

const whatOf = ({ problem, action, state, inInventory, inDataRoot }) => {
  if (problem !== null) return problem.message ?? problem.code
  if (action !== null && state === 'provisioning') {
    return `${action.kind.replace('action-', '')} ${action.name}`
  }
  return inInventory || inDataRoot ? '' : 'in neither inventory nor data root'
}

const stateOf = ({ state, stuck }) => {
  const name = stuck ? 'stuck' : state
  const shape = element('span', 'shape', shapes[name] ?? '')
  shape.setAttribute('aria-hidden', 'true')
  const words = ` ${state.replaceAll('-', ' ')}${stuck ? ', stuck' : ''}`
  return element('span', `state state-${name}`, shape, words)
}

const showRow = (line, row) => {
  const [, state, since, model, version, ids, from, what] = line.cells
  state.replaceChildren(stateOf(row))
  since.replaceChildren(ago(row.since))
  model.replaceChildren(text(row.model))
  version.replaceChildren(text(row.version))
  ids.replaceChildren(text(row.mac), row.serial === null ? '' : ` ${printable(row.serial)}`)
  from.replaceChildren(text(row.from))
  what.replaceChildren(printable(whatOf(row)))
  line.classList.remove('fresh')
  // begins the animation anew
  void line.offsetWidth
  line.classList.add('fresh')
}

const showCounts = (counts) => {
  let all = 0
  for (const [state, count] of Object.entries(counts)) {
    if (state !== 'stuck') all += count
    for (const place of document.querySelectorAll(`[data-count="${state}"]`)) {
      place.textContent = String(count)
      place.closest('li')?.classList.toggle('zero', count === 0)
    }
  }
  for (const place of document.querySelectorAll('[data-count="all"]'))
    place.textContent = String(all)
}

/** Asks for this page anew, and takes over the parts that live. At most every two seconds. */
let due
const refresh = () => {
  if (due !== undefined) return
  due = setTimeout(async () => {
    due = undefined
    if (document.hidden) return
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } })
      if (!answer.ok || answer.redirected) return
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      for (const part of document.querySelectorAll('[data-live][id], #timeline')) {
        const next = page.getElementById(part.id)
        if (next !== null) part.replaceWith(document.adoptNode(next))
      }
    } catch {
      // the next event tries again
    }
  }, 2000)
}

const table = document.querySelector('table[data-live="switches"]')
const shown = document.querySelector('[data-live="switch"]')
const rows = new Map(
  [...document.querySelectorAll('tr[data-id]')].map((line) => [line.dataset.id, line]),
)

const follow = () => {
  const events = new EventSource('/api/v1/events')
  events.addEventListener('open', () => say('live'))
  events.addEventListener('error', () => say('not connected: what you see may be old'))
  events.addEventListener('changes', ({ data }) => {
    const { changed, counts } = JSON.parse(data)
    showCounts(counts)
    for (const row of changed) {
      const line = rows.get(row.id)
      if (line !== undefined) showRow(line, row)
      if (shown?.dataset.id === row.id) refresh()
    }
    const last = changed.at(-1)
    if (table !== null && last !== undefined) {
      say(`live · ${printable(last.name)}: ${last.state.replaceAll('-', ' ')}`)
    }
    if (document.querySelector('[data-live="page"]') !== null) refresh()
  })
  events.addEventListener('snapshot', () => {
    say('live · a new revision is in force')
    refresh()
  })
  events.addEventListener('resync', () => location.reload())
}
if (document.querySelector('[data-live]') !== null) follow()
if (document.getElementById('problems')?.textContent.includes('still being rendered')) {
  const again = setInterval(() => {
    if (!document.getElementById('problems').textContent.includes('still being rendered')) {
      clearInterval(again)
    } else refresh()
  }, 2000)
}

setInterval(() => {
  for (const time of document.querySelectorAll('time[datetime]')) {
    time.textContent = agoText(Date.now() - Date.parse(time.dateTime))
  }
}, 5000)

document.addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('[data-copy]') : null
  if (button === null) return
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
  button.textContent = 'Copied'
})

const links = () => [...document.querySelectorAll('table.switches tbody a')]
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof Element && event.target.closest('input, textarea, select')
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === '/') {
    const search = document.querySelector('input[type="search"]')
    if (search === null) return
    event.preventDefault()
    search.focus()
  }
  if (event.key === 'j' || event.key === 'k') {
    const all = links()
    const at = all.indexOf(document.activeElement)
    const next = event.key === 'j' ? Math.min(at + 1, all.length - 1) : Math.max(at - 1, 0)
    all[next]?.focus()
  }
})
